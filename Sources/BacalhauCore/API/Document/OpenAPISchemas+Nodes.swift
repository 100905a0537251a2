extension OpenAPISchemas {
    /// Nodes, and what a node says of itself.
    static let nodes = #"""
        {
        "BuildVersion": {
            "type": "object", "required": ["GitVersion", "GitCommit", "BuildDate", "GOOS", "GOARCH"],
            "properties": {
                "Major": {"type": "string"}, "Minor": {"type": "string"}, "GitVersion": {"type": "string"},
                "GitCommit": {"type": "string"}, "BuildDate": {"type": "string", "format": "date-time"},
                "GOOS": {"type": "string"}, "GOARCH": {"type": "string"}}},
        "VersionResponse": {
            "type": "object", "required": ["build_version_info"],
            "properties": {"build_version_info": {"$ref": "#/components/schemas/BuildVersion"}}},
        "ComputeNodeInfo": {
            "type": "object",
            "required": [
                "ExecutionEngines", "Publishers", "StorageSources", "MaxCapacity", "QueueCapacity",
                "AvailableCapacity", "MaxJobRequirements", "RunningExecutions", "EnqueuedExecutions"],
            "properties": {
                "ExecutionEngines": {"type": "array", "items": {"type": "string"}},
                "Publishers": {"type": "array", "items": {"type": "string"}},
                "StorageSources": {"type": "array", "items": {"type": "string"}},
                "MaxCapacity": {"$ref": "#/components/schemas/Resources"},
                "QueueCapacity": {"$ref": "#/components/schemas/Resources"},
                "AvailableCapacity": {"$ref": "#/components/schemas/Resources"},
                "MaxJobRequirements": {"$ref": "#/components/schemas/Resources"},
                "RunningExecutions": {"type": "integer"}, "EnqueuedExecutions": {"type": "integer"}}},
        "NodeInfo": {
            "type": "object", "required": ["NodeID", "NodeType", "Labels", "BacalhauVersion"],
            "properties": {
                "NodeID": {"type": "string"}, "NodeType": {"type": "string", "enum": ["Requester", "Compute"]},
                "Labels": {"$ref": "#/components/schemas/Strings"},
                "SupportedProtocols": {"type": "array", "items": {"type": "string"}},
                "ComputeNodeInfo": {"$ref": "#/components/schemas/ComputeNodeInfo"},
                "BacalhauVersion": {"$ref": "#/components/schemas/BuildVersion"}, "address": {"type": "string"}}},
        "NodeState": {
            "type": "object", "required": ["Info", "Membership", "Connection"],
            "properties": {
                "Info": {"$ref": "#/components/schemas/NodeInfo"},
                "Membership": {"type": "string", "enum": ["", "PENDING", "APPROVED", "REJECTED"]},
                "Connection": {"type": "string", "enum": ["CONNECTED", "DISCONNECTED"]},
                "ConnectionState": {"$ref": "#/components/schemas/ConnectionState"}}},
        "ConnectionState": {
            "type": "object", "required": ["Status", "LastHeartbeat", "ConnectedSince", "DisconnectedSince"],
            "description": "For clients since 1.5. Times of the year 1 stand for never, or not since the orchestrator started.",
            "properties": {
                "Status": {"type": "string", "enum": ["CONNECTED", "DISCONNECTED"]},
                "LastHeartbeat": {"type": "string", "description": "When the node last said anything."},
                "ConnectedSince": {"type": "string", "description": "When its present or last connection began."},
                "DisconnectedSince": {"type": "string", "description": "When it last left or was found to be silent."},
                "LastError": {"type": "string", "description": "Why it is not connected, unless it left."}}},
        "AgentNode": {
            "description": "The wrapped members of v1.4.0 and the flat ones of v1.9.",
            "allOf": [{"$ref": "#/components/schemas/NodeState"}, {"$ref": "#/components/schemas/NodeInfo"}]},
        "NodeList": {
            "type": "object", "required": ["NextToken", "Nodes"],
            "properties": {
                "NextToken": {"type": "string"},
                "Nodes": {"type": "array", "items": {"$ref": "#/components/schemas/NodeState"}}}},
        "NodeAnswer": {
            "type": "object", "required": ["Node"],
            "properties": {"Node": {"$ref": "#/components/schemas/NodeState"}}},
        "PutNodeRequest": {
            "type": "object", "required": ["Action"],
            "properties": {
                "Action": {"type": "string", "enum": ["approve", "reject", "delete"]},
                "Message": {"type": "string"}, "NodeID": {"type": "string"}},
            "example": {"Action": "approve", "Message": "welcome"}},
        "PutNodeResponse": {
            "type": "object", "required": ["Success", "Error"],
            "properties": {"Success": {"type": "boolean"}, "Error": {"type": "string"}}},
        "Alive": {
            "type": "object", "required": ["Status"], "properties": {"Status": {"type": "string", "enum": ["OK"]}}},
        "Debug": {"type": "object"},
        "AgentConfig": {
            "type": "object", "required": ["config"], "properties": {"config": {"type": "object"}}},
        "AgentAuthConfig": {
            "type": "object", "required": ["Version", "Config"],
            "properties": {"Version": {"type": "string"}, "Config": {"type": "object"}}},
        "Health": {
            "type": "object", "required": ["FreeSpace"],
            "properties": {
                "FreeSpace": {
                    "type": "object", "required": ["tmp", "root"],
                    "additionalProperties": {
                        "type": "object", "required": ["All", "Used", "Free"],
                        "additionalProperties": {"type": "integer"}}}}}
        }
        """#
}
