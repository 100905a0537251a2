import BacalhauCore
import CLinux
import Glibc

/// What the command line asks for.
enum NodeArguments {
    case help(String)
    case version
    case node(NodeConfiguration, isDevelopment: Bool)

    /// Reads the arguments. A flag wins over the environment, which wins over the default.
    ///
    /// - Throws: `.badRequest` naming the argument and what is right.
    init(_ arguments: [String], environment: [String: String]) throws(BacalhauError) {
        guard let command = arguments.first, command != "help", command != "--help", command != "-h" else {
            self = .help(NodeArguments.usage)
            return
        }
        if command == "version" || command == "--version" {
            self = .version
            return
        }
        guard command == "serve" || command == "devstack" else {
            throw BacalhauError(
                .badRequest, "unknown command \"\(command)\"",
                hint: "Use serve, devstack or version; --help lists the flags.")
        }
        var configuration = NodeConfiguration(dataDirectory: NodeArguments.defaultDirectory(environment))
        configuration.environment = environment
        try NodeArguments.apply(environment, to: &configuration)
        if command == "devstack" {
            configuration.dataDirectory = NodeArguments.temporaryDirectory(environment)
            configuration.api = NodeConfiguration.Endpoint(host: "127.0.0.1", port: 0)
            configuration.allowsPrivateURLs = true
        }
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            if argument == "--help" || argument == "-h" {
                self = .help(NodeArguments.usage)
                return
            }
            try NodeArguments.apply(argument, &rest, to: &configuration)
        }
        try APIFlags.finish(&configuration)
        try ComputeFlags.check(configuration.compute)
        self = .node(configuration, isDevelopment: command == "devstack")
    }

    private static func apply(
        _ argument: String, _ rest: inout ArraySlice<String>, to configuration: inout NodeConfiguration
    ) throws(BacalhauError) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        func value() throws(BacalhauError) -> String {
            if parts.count > 1 { return parts[1] }
            guard let next = rest.popFirst() else {
                throw BacalhauError(.badRequest, "flag needs an argument: \(argument)")
            }
            return next
        }
        switch parts[0] {
        case "--data-dir", "--repo": configuration.dataDirectory = try value()
        case "--name": configuration.name = NodeID(rawValue: try value())
        case "--allow-listed-local-paths":
            configuration.allowedLocalPaths += try value().split(separator: ",").map(String.init)
        case "--allow-private-urls": configuration.allowsPrivateURLs = true
        case "--labels": try addLabels(value(), to: &configuration)
        case "--disable-engine": configuration.disabledEngines.insert(try value().lowercased())
        case "--local-publisher-address": configuration.resultServer.host = try value()
        case "--local-publisher-port": configuration.resultServer.port = try APIFlags.port(value(), parts[0])
        case "--local-publisher-advertise": configuration.resultAdvertisedHost = try value()
        case "--local-publisher-plain-http": configuration.servesResultsUnencrypted = true
        case "--wasmtime": configuration.wasmtimeLibrary = try value()
        case "--node-type": try checkNodeType(value())
        case let flag where try APIFlags.apply(flag, value, to: &configuration): break
        case let flag where try HTTPFlags.apply(flag, value, to: &configuration.apiLimits): break
        case let flag where try RetentionFlags.apply(flag, value, to: &configuration): break
        default:
            let inlineValue = parts.count > 1 ? parts[1] : nil
            if try ComputeFlags.apply(parts[0], inlineValue: inlineValue, value: value, to: &configuration.compute) {
                return
            }
            if try OrchestratorFlags.apply(
                parts[0], inlineValue: inlineValue, value: value, to: &configuration.orchestrator)
            {
                return
            }
            let kind = argument.hasPrefix("-") ? "unknown flag: \(parts[0])" : "unexpected argument \"\(argument)\""
            throw BacalhauError(.badRequest, kind, hint: "bacalhau-node --help lists the flags.")
        }
    }

    private static func apply(_ environment: [String: String], to configuration: inout NodeConfiguration)
        throws(BacalhauError)
    {
        try APIFlags.apply(environment, to: &configuration)
        let overcommit = "BACALHAU_CAPACITY_MANAGER_OVER_COMMIT"
        if let text = environment[overcommit], !text.isEmpty {
            configuration.compute.ignoresPhysicalLimits = try ComputeFlags.boolean(text, overcommit)
        }
    }

    private static func addLabels(_ text: String, to configuration: inout NodeConfiguration) throws(BacalhauError) {
        for pair in text.split(separator: ",") {
            let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
            guard let key = sides.first, !key.isEmpty else {
                throw BacalhauError(
                    .badRequest, "invalid label \"\(pair)\"", hint: "Write key=value, separated by commas.")
            }
            configuration.compute.labels[key] = sides.count > 1 ? sides[1] : ""
        }
    }

    private static func checkNodeType(_ text: String) throws(BacalhauError) {
        let types = Set(text.split(separator: ",").map { String($0) })
        guard types == ["requester", "compute"] else {
            throw BacalhauError(
                .notImplemented, "--node-type \(text): a node is orchestrator and compute node in one for now",
                hint: "Use --node-type requester,compute or leave the flag out.")
        }
    }

    private static func defaultDirectory(_ environment: [String: String]) -> String {
        if let directory = environment["BACALHAU_DIR"], !directory.isEmpty { return directory + "/node" }
        return (environment["HOME"] ?? "/var/lib") + "/.bacalhau/node"
    }

    private static func temporaryDirectory(_ environment: [String: String]) -> String {
        "\(environment["TMPDIR"] ?? "/tmp")/bacalhau-devstack.\(getpid())"
    }

    static func processEnvironment() -> [String: String] {
        var result: [String: String] = [:]
        var pointer = bac_environment()
        while let entry = pointer?.pointee {
            let pair = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { result[String(pair[0])] = String(pair[1]) }
            pointer = pointer?.advanced(by: 1)
        }
        return result
    }

    static let usage = """
        Runs a Bacalhau node: orchestrator, compute node and REST API.

        Usage:
          bacalhau-node serve [flags]      keeps its data in --data-dir
          bacalhau-node devstack [flags]   for trying out: temporary data, a free port, printed as shell variables
          bacalhau-node version            prints the version of the API that it speaks

        Flags:
          --data-dir DIR                   data of the node (default ~/.bacalhau/node, or $BACALHAU_DIR/node)
          --name NAME                      name of the node (default: one made at first start)
        \(APIFlags.usage)
          --labels K=V,…                   labels that jobs can ask for
          --allow-listed-local-paths P,…   folders that jobs may mount, each <pattern>[:ro|:rw]
          --allow-private-urls             let URL inputs point to loopback and private addresses
          --disable-engine NAME            do not offer an engine (docker, wasm, noop); repeatable
        \(ComputeFlags.usage.dropLast())
          --local-publisher-address HOST   where results of the local publisher are served (default 127.0.0.1)
          --local-publisher-port PORT      its port (default: a free one)
          --local-publisher-advertise HOST host name in the addresses of results
          --local-publisher-plain-http     serve results over HTTP although --tlscert is given
          --wasmtime FILE                  the wasmtime library
        \(HTTPFlags.usage)
        \(RetentionFlags.usage)
        \(OrchestratorFlags.usage.dropLast())
          -h, --help                       this text

        """
}
