import BacalhauCore

@main
struct Main {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == WasmWorker.command { WasmWorker.run(Array(arguments.dropFirst())) }
    }
}
