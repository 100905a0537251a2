import BacalhauModel

extension NodeConfiguration {
    /// The settings under the names of v1.9's configuration. It holds no secrets: the node has none.
    var document: JSONValue {
        var compute: [String: JSONValue] = [
            "Enabled": true, "Labels": .object(self.compute.labels.mapValues(JSONValue.string)),
            "AllowListedLocalPaths": .array(allowedLocalPaths.map(JSONValue.string)),
        ]
        if let capacity = self.compute.capacity {
            compute["AllocatedCapacity"] = [
                "CPU": .string("\(capacity.cpuMillicores)m"), "Memory": .string("\(capacity.memoryBytes)"),
                "Disk": .string("\(capacity.diskBytes)"), "GPU": .string("\(capacity.gpuCount)"),
            ]
        }
        let disabled = JSONValue.array(disabledEngines.sorted().map(JSONValue.string))
        return [
            "API": [
                "Host": .string(api?.host ?? ""), "Port": .integer(Int64(api?.port ?? 0)),
                "TLS": ["CertFile": .string(apiTLS?.certificateFile ?? ""), "KeyFile": .string(apiTLS?.keyFile ?? "")],
            ],
            "Compute": .object(compute), "DataDir": .string(dataDirectory),
            "Engines": ["Disabled": disabled],
            "JobDefaults": [
                "Batch": [
                    "Task": [
                        "Timeouts": [
                            "TotalTimeout": .string("\(orchestrator.defaultTotalTimeoutSeconds)s")
                        ]
                    ]
                ]
            ],
            "Orchestrator": ["Enabled": true],
            "Publishers": [
                "Types": ["Local": ["Address": .string(resultServer.host), "Port": .integer(Int64(resultServer.port))]]
            ],
        ]
    }
}
