import BacalhauModel

extension NodeConfiguration {
    /// The settings under the names of v1.9's configuration, with asterisks instead of secrets.
    ///
    /// - Parameter users: those of this moment, which may be others than at the start.
    func document(users: [APIUser]) -> JSONValue {
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
                "Auth": ["Users": .array(users.map(NodeConfiguration.document))],
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

    private static func document(of user: APIUser) -> JSONValue {
        let hidden = JSONValue.string("********")
        var members: [String: JSONValue] = [
            "Alias": .string(user.alias),
            "Capabilities": [["Actions": .array(user.actions.map { .string($0.description) })]],
        ]
        switch user.credential {
        case .password(let name, _):
            members["Username"] = .string(name)
            members["Password"] = hidden
        case .apiKey: members["APIKey"] = hidden
        case .clientID(let id): members["ClientID"] = .string(id)
        }
        return .object(members)
    }
}
