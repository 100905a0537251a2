import BacalhauModel
import Glibc
import Testing

@testable import BacalhauCore

/// Finding GPUs. The machine of the tests needs none: small programs print what the real tools print.
struct GPUProbeTests {
    private let folder = ScratchFolder()

    /// Puts a program with the name of a tool into the folder that is searched.
    private func install(_ tool: String, _ script: String) {
        folder.write(tool, "#!/bin/bash\n" + script + "\n")
        chmod(folder.at(tool), 0o755)
    }

    private func probe(deadline: Duration = .seconds(20)) async -> GPUProbe.Findings {
        await GPUProbe(searchPath: folder.path + ":/usr/bin:/bin", deadline: deadline).run()
    }

    private static let rocm = """
        {"card1": {"VRAM Total Memory (B)": "68702699520", "VRAM Total Used Memory (B)": "10960896", \
        "Card series": "Instinct MI210", "Card model": "0x0c34", "Card vendor": "Advanced Micro Devices, Inc. [AMD/ATI]", \
        "Card SKU": "D67301", "PCI Bus": "0000:A3:00.0"}, \
        "card0": {"VRAM Total Memory (B)": "68702699520", "Card Series": "Instinct MI210", "PCI Bus": "0000:43:00.0"}, \
        "system": {"Driver version": "6.2.4"}}
        """
    private static let xpuList = """
        {
            "device_list": [
                {"device_function_type": "physical", "device_id": 0, "device_name": "Intel(R) Data Center GPU Flex Series 140",
                 "device_type": "GPU", "pci_bdf_address": "0000:4d:00.0", "vendor_name": "Intel(R) Corporation"}
            ]
        }
        """
    private static let xpuDevice = """
        {"device_id": 0, "device_name": "Intel(R) Data Center GPU Flex Series 140", "device_type": "GPU",
         "memory_physical_size_byte": "5115871232", "pci_bdf_address": "0000:4d:00.0",
         "vendor_name": "Intel(R) Corporation"}
        """
    private static let t4 = GPU(
        index: 0, name: "Tesla T4", vendor: "NVIDIA", memoryMiB: 15360, pciAddress: "00000000:00:1E.0")

    @Test func withoutToolsThereAreNoGPUs() async {
        #expect(await probe() == GPUProbe.Findings())
    }

    @Test func toolsOfAllMakersAreAskedAndFakedHereForLackOfGPUs() async {
        install(
            "nvidia-smi",
            """
            [ "$*" = "--query-gpu=index,gpu_name,memory.total,pci.bus_id --format=csv,noheader,nounits" ] || exit 2
            echo "1, Tesla T4, 15360, 00000000:00:1F.0"; echo "0, Tesla T4, 15360, 00000000:00:1E.0"
            """)
        install(
            "rocm-smi",
            """
            [ "$*" = "--showproductname --showbus --showmeminfo vram --json" ] || exit 2
            echo 'WARNING: AMD GPU device(s) is/are in a low-power state.'; echo
            cat <<'END'
            \(Self.rocm)
            END
            """)
        install(
            "xpu-smi",
            """
            if [ "$*" = "discovery --json" ]; then cat <<'END'
            \(Self.xpuList)
            END
            elif [ "$*" = "discovery --device 0 --json" ]; then cat <<'END'
            \(Self.xpuDevice)
            END
            else exit 2; fi
            """)
        let findings = await probe()
        #expect(findings.problems == [])
        #expect(
            findings.gpus == [
                Self.t4,
                GPU(index: 1, name: "Tesla T4", vendor: "NVIDIA", memoryMiB: 15360, pciAddress: "00000000:00:1F.0"),
                GPU(
                    index: 0, name: "Instinct MI210", vendor: "AMD/ATI", memoryMiB: 65520, pciAddress: "0000:43:00.0"),
                GPU(
                    index: 1, name: "Instinct MI210", vendor: "AMD/ATI", memoryMiB: 65520, pciAddress: "0000:a3:00.0"),
                GPU(
                    index: 0, name: "Intel(R) Data Center GPU Flex Series 140", vendor: "Intel", memoryMiB: 4878,
                    pciAddress: "0000:4d:00.0"),
            ])
    }

    @Test func aToolThatFailsIsNamedAndTheOthersCount() async {
        install("nvidia-smi", "echo 'NVIDIA-SMI has failed because it could not reach the driver.'; exit 9")
        install("rocm-smi", "echo '\(Self.rocm)'")
        let findings = await probe()
        #expect(
            findings.problems == [
                "nvidia-smi: exit code 9: NVIDIA-SMI has failed because it could not reach the driver."
            ])
        #expect(findings.gpus.count == 2)
    }

    @Test func aToolThatHangsIsGivenUp() async {
        install("nvidia-smi", "sleep 1000")
        let findings = await probe(deadline: .milliseconds(1500))
        #expect(findings == GPUProbe.Findings(problems: ["nvidia-smi: it did not end within 1.5s"]))
    }

    @Test func outputOfAnotherKindIsAProblem() async {
        install("nvidia-smi", "echo usage: nvidia-smi")
        install("xpu-smi", "echo '{}'")
        #expect(
            await probe().problems == [
                "nvidia-smi: cannot read its output: usage: nvidia-smi",
                "xpu-smi: cannot read its output: no device_list",
            ])
    }

    // MARK: Reading

    @Test func noDevicesAreNoGPUs() throws {
        #expect(try NvidiaSMI.gpus(Array("No devices were found\n".utf8)) == [])
        #expect(try NvidiaSMI.gpus([]) == [])
        #expect(try RocmSMI.gpus(Array("{}".utf8)) == [])
        #expect(try XPUSMI.devices(Array(#"{"device_list": []}"#.utf8)) == [])
    }

    @Test func memoryThatTheDriverDoesNotKnowIsZero() throws {
        let gpus = try NvidiaSMI.gpus(Array("0, NVIDIA GB10, [N/A], 0000000F:01:00.0\r\n".utf8))
        #expect(
            gpus == [
                GPU(index: 0, name: "NVIDIA GB10", vendor: "NVIDIA", memoryMiB: 0, pciAddress: "0000000F:01:00.0")
            ])
    }

    @Test(arguments: ["", "no json", "[1]", "{\"card0\": "])
    func brokenAnswersAreErrorsNotGPUs(_ text: String) {
        #expect(throws: GPUToolError.self) { try RocmSMI.gpus(Array(text.utf8)) }
        #expect(throws: GPUToolError.self) { try XPUSMI.gpu(Array(text.utf8)) }
    }
}
