import BacalhauModel
import BacalhauSupport

/// The schemas of the OpenAPI document.
enum OpenAPISchemas {
    /// All schemas by name; a text that is not JSON would give none, which a test rules out.
    static let all: [String: JSONValue] = [jobs, executions, nodes, messages].reduce(into: [:]) { all, text in
        let parsed = (try? JSONParser.parse(Array(text.utf8)))?.value.object ?? [:]
        all.merge(parsed) { first, _ in first }
    }

    private static let jobs = #"""
        {
        "Strings": {"type": "object", "additionalProperties": {"type": "string"}},
        "Spec": {
            "type": "object", "required": ["Type"],
            "description": "A kind and its free-form parameters: an engine, a publisher, a source or a result.",
            "properties": {"Type": {"type": "string"}, "Params": {"type": "object"}}},
        "Task": {
            "type": "object", "required": ["Name", "Engine", "Publisher", "Resources", "Network", "Timeouts"],
            "properties": {
                "Name": {"type": "string"}, "Engine": {"$ref": "#/components/schemas/Spec"},
                "Publisher": {"$ref": "#/components/schemas/Spec"}, "Env": {"$ref": "#/components/schemas/Strings"},
                "Meta": {"$ref": "#/components/schemas/Strings"},
                "InputSources": {"type": "array", "items": {"$ref": "#/components/schemas/InputSource"}},
                "ResultPaths": {"type": "array", "items": {"$ref": "#/components/schemas/ResultPath"}},
                "Resources": {"$ref": "#/components/schemas/TaskResources"},
                "Network": {"$ref": "#/components/schemas/Network"},
                "Timeouts": {"$ref": "#/components/schemas/Timeouts"}}},
        "InputSource": {
            "type": "object", "required": ["Source", "Alias", "Target"],
            "properties": {
                "Source": {"$ref": "#/components/schemas/Spec"}, "Alias": {"type": "string"},
                "Target": {"type": "string", "description": "Where the task sees it."}}},
        "ResultPath": {
            "type": "object", "required": ["Name", "Path"],
            "properties": {"Name": {"type": "string"}, "Path": {"type": "string"}}},
        "TaskResources": {
            "type": "object", "description": "Amounts as text: cores or millicores (`500m`), bytes with a unit (`1Gb`).",
            "properties": {
                "CPU": {"type": "string"}, "Memory": {"type": "string"}, "Disk": {"type": "string"},
                "GPU": {"type": "string"}}},
        "Network": {
            "type": "object", "required": ["Type"],
            "properties": {
                "Type": {"type": "string", "enum": ["None", "Full", "HTTP"]},
                "Domains": {"type": "array", "items": {"type": "string"}}}},
        "Timeouts": {
            "type": "object", "description": "Whole seconds.",
            "properties": {
                "ExecutionTimeout": {"type": "integer"}, "QueueTimeout": {"type": "integer"},
                "TotalTimeout": {"type": "integer"}}},
        "Constraint": {
            "type": "object", "required": ["Key", "Operator"],
            "properties": {
                "Key": {"type": "string"},
                "Operator": {"type": "string", "enum": ["in", "notin", "=", "==", "!=", "exists", "!", "gt", "lt"]},
                "Values": {"type": "array", "items": {"type": "string"}}}},
        "JobState": {
            "type": "object", "required": ["StateType"],
            "properties": {
                "StateType": {"$ref": "#/components/schemas/JobStateType"}, "Message": {"type": "string"}}},
        "JobStateType": {
            "type": "string",
            "enum": ["Undefined", "Pending", "Queued", "Running", "Completed", "Failed", "Stopped"]},
        "Job": {
            "type": "object",
            "required": [
                "ID", "Name", "Namespace", "Type", "Priority", "Count", "Constraints", "Meta", "Labels", "Tasks",
                "State", "Version", "Revision", "CreateTime", "ModifyTime"],
            "properties": {
                "ID": {"type": "string"}, "Name": {"type": "string"}, "Namespace": {"type": "string"},
                "Type": {"type": "string", "enum": ["batch", "ops", "service", "daemon"]},
                "Priority": {"type": "integer"}, "Count": {"type": "integer"},
                "Constraints": {"type": "array", "items": {"$ref": "#/components/schemas/Constraint"}},
                "Meta": {"$ref": "#/components/schemas/Strings"}, "Labels": {"$ref": "#/components/schemas/Strings"},
                "Tasks": {"type": "array", "items": {"$ref": "#/components/schemas/Task"}},
                "State": {"$ref": "#/components/schemas/JobState"}, "Version": {"type": "integer"},
                "Revision": {"type": "integer", "description": "1 when created, one more at each change."},
                "CreateTime": {"type": "integer", "description": "Nanoseconds since 1970."},
                "ModifyTime": {"type": "integer", "description": "Nanoseconds since 1970."}}},
        "JobList": {
            "type": "object", "required": ["NextToken", "Items"],
            "properties": {
                "NextToken": {"type": "string", "description": "Empty on the last page."},
                "Items": {"type": "array", "items": {"$ref": "#/components/schemas/Job"}}}},
        "JobAnswer": {
            "type": "object", "required": ["Job"],
            "properties": {
                "Job": {"$ref": "#/components/schemas/Job"}, "History": {"$ref": "#/components/schemas/HistoryList"},
                "Executions": {"$ref": "#/components/schemas/ExecutionList"}}}
        }
        """#

    private static let executions = #"""
        {
        "Resources": {
            "type": "object", "description": "Amounts as numbers; what is zero is left out.",
            "properties": {
                "CPU": {"type": "number"}, "Memory": {"type": "integer"}, "Disk": {"type": "integer"},
                "GPU": {"type": "integer"}, "GPUs": {"type": "array", "items": {"type": "object"}}}},
        "ExecutionState": {
            "type": "object", "required": ["StateType"],
            "properties": {
                "StateType": {
                    "type": "integer", "minimum": 0, "maximum": 11,
                    "description": "1 new, 5 accepted, 6 refused, 7 completed, 8 failed, 9 cancelled; for clients since 1.5 refused is 8, completed 9, failed 10, cancelled 11."},
                "Message": {"type": "string"}}},
        "DesiredState": {
            "type": "object", "required": ["StateType"],
            "properties": {
                "StateType": {"type": "integer", "enum": [0, 1, 2], "description": "Pending, running, stopped."},
                "Message": {"type": "string"}}},
        "RunOutput": {
            "type": "object",
            "required": ["Stdout", "StdoutTruncated", "stderr", "StderrTruncated", "ExitCode", "ErrorMsg"],
            "properties": {
                "Stdout": {"type": "string"}, "StdoutTruncated": {"type": "boolean"}, "stderr": {"type": "string"},
                "StderrTruncated": {"type": "boolean"}, "ExitCode": {"type": "integer"},
                "ErrorMsg": {"type": "string"}}},
        "Execution": {
            "type": "object",
            "required": [
                "ID", "Namespace", "EvalID", "Name", "NodeID", "JobID", "AllocatedResources", "DesiredState",
                "ComputeState", "PublishedResult", "RunOutput", "PreviousExecution", "NextExecution",
                "FollowupEvalID", "Revision", "CreateTime", "ModifyTime"],
            "properties": {
                "ID": {"type": "string"}, "Namespace": {"type": "string"}, "EvalID": {"type": "string"},
                "Name": {"type": "string"}, "NodeID": {"type": "string"}, "JobID": {"type": "string"},
                "JobVersion": {"type": "integer"},
                "AllocatedResources": {
                    "type": "object", "required": ["Tasks"],
                    "properties": {
                        "Tasks": {
                            "type": "object", "additionalProperties": {"$ref": "#/components/schemas/Resources"}}}},
                "DesiredState": {"$ref": "#/components/schemas/DesiredState"},
                "ComputeState": {"$ref": "#/components/schemas/ExecutionState"},
                "PublishedResult": {"anyOf": [{"$ref": "#/components/schemas/Spec"}, {"type": "null"}]},
                "RunOutput": {"anyOf": [{"$ref": "#/components/schemas/RunOutput"}, {"type": "null"}]},
                "PreviousExecution": {"type": "string"}, "NextExecution": {"type": "string"},
                "FollowupEvalID": {"type": "string"}, "Revision": {"type": "integer"},
                "CreateTime": {"type": "integer"}, "ModifyTime": {"type": "integer"}}},
        "ExecutionList": {
            "type": "object", "required": ["NextToken", "Items"],
            "properties": {
                "NextToken": {"type": "string"},
                "Items": {"type": "array", "items": {"$ref": "#/components/schemas/Execution"}}}},
        "Event": {
            "type": "object", "required": ["Message", "Topic", "Timestamp"],
            "properties": {
                "Message": {"type": "string"}, "Topic": {"type": "string"},
                "Timestamp": {"type": "string", "format": "date-time"},
                "Details": {"$ref": "#/components/schemas/Strings"}}},
        "HistoryItem": {
            "type": "object", "required": ["Type", "JobID", "NewRevision", "Event", "Time"],
            "properties": {
                "Type": {"type": "string", "enum": ["JobLevel", "ExecutionLevel"]}, "JobID": {"type": "string"},
                "SeqNum": {"type": "integer"}, "JobVersion": {"type": "integer"}, "NodeID": {"type": "string"},
                "ExecutionID": {"type": "string"},
                "JobState": {
                    "type": "object",
                    "properties": {
                        "Previous": {"$ref": "#/components/schemas/JobStateType"},
                        "New": {"$ref": "#/components/schemas/JobStateType"}}},
                "ExecutionState": {
                    "type": "object", "properties": {"Previous": {"type": "integer"}, "New": {"type": "integer"}}},
                "NewRevision": {"type": "integer"}, "Comment": {"type": "string"},
                "Event": {"$ref": "#/components/schemas/Event"}, "Time": {"type": "string", "format": "date-time"}}},
        "HistoryList": {
            "type": "object", "required": ["NextToken", "Items"],
            "properties": {
                "NextToken": {"type": "string"},
                "Items": {"type": "array", "items": {"$ref": "#/components/schemas/HistoryItem"}}}},
        "ResultList": {
            "type": "object", "required": ["NextToken", "Items"],
            "properties": {
                "NextToken": {"type": "string"},
                "Items": {"type": "array", "items": {"$ref": "#/components/schemas/Spec"}}}},
        "LogMessage": {
            "type": "object", "required": ["value"],
            "properties": {
                "error": {"type": "string", "description": "Why the stream ends early."},
                "value": {
                    "type": "object", "required": ["Type", "Line"],
                    "properties": {
                        "Type": {"type": "integer", "enum": [0, 1, 2], "description": "1 stdout, 2 stderr."},
                        "Line": {"type": "string", "description": "A piece of output, not always a whole line."}}}}}
        }
        """#

    private static let nodes = #"""
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
                "ConnectionState": {"type": "object"}}},
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

    private static let messages = #"""
        {
        "JobSubmission": {
            "type": "object", "required": ["Type", "Tasks"], "description": "A job; what is left out gets a default.",
            "properties": {
                "ID": {"type": "string", "description": "Only counts for service and daemon jobs."},
                "Name": {"type": "string"}, "Namespace": {"type": "string"},
                "Type": {"type": "string", "enum": ["batch", "ops", "service", "daemon"]},
                "Priority": {"type": "integer", "minimum": -2147483648, "maximum": 2147483647},
                "Count": {"type": "integer", "minimum": 1, "maximum": 100},
                "Constraints": {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/Constraint"}},
                "Meta": {"anyOf": [{"$ref": "#/components/schemas/Strings"}, {"type": "null"}]},
                "Labels": {"anyOf": [{"$ref": "#/components/schemas/Strings"}, {"type": "null"}]},
                "Tasks": {
                    "type": "array", "minItems": 1, "maxItems": 1,
                    "items": {
                        "type": "object", "required": ["Name", "Engine"],
                        "properties": {
                            "Name": {"type": "string", "minLength": 1},
                            "Engine": {
                                "type": "object", "required": ["Type"],
                                "properties": {
                                    "Type": {"type": "string", "minLength": 1}, "Params": {"type": "object"}}},
                            "Publisher": {"$ref": "#/components/schemas/Spec"},
                            "Env": {"$ref": "#/components/schemas/Strings"},
                            "Meta": {"$ref": "#/components/schemas/Strings"},
                            "InputSources": {
                                "type": "array", "items": {"$ref": "#/components/schemas/InputSource"}},
                            "ResultPaths": {"type": "array", "items": {"$ref": "#/components/schemas/ResultPath"}},
                            "Resources": {"$ref": "#/components/schemas/TaskResources"},
                            "Network": {"$ref": "#/components/schemas/Network"},
                            "Timeouts": {"$ref": "#/components/schemas/Timeouts"}}}}}},
        "PutJobRequest": {
            "type": "object", "required": ["Job"],
            "properties": {
                "Job": {"$ref": "#/components/schemas/JobSubmission"},
                "IdempotencyToken": {
                    "type": "string", "description": "The same text gives the same job, however often it is sent."}},
            "example": {
                "Job": {
                    "Name": "hello", "Type": "batch", "Count": 1, "Labels": {"env": "demo"},
                    "Tasks": [{"Name": "main", "Engine": {"Type": "noop", "Params": {"Stdout": "hello\n"}}}]}}},
        "PutJobResponse": {
            "type": "object", "required": ["JobID", "EvaluationID", "Warnings"],
            "properties": {
                "JobID": {"type": "string"}, "EvaluationID": {"type": "string"},
                "Warnings": {"type": ["array", "null"], "items": {"type": "string"}}}},
        "DiffJobResponse": {
            "type": "object", "required": ["Diff", "Warnings"],
            "properties": {
                "Diff": {"type": "string", "description": "Empty when there is no difference."},
                "Warnings": {"type": ["array", "null"], "items": {"type": "string"}}}},
        "StopJobRequest": {
            "type": "object", "properties": {"reason": {"type": "string"}}, "example": {"reason": "not needed"}},
        "StopJobResponse": {
            "type": "object", "required": ["EvaluationID"],
            "properties": {
                "EvaluationID": {"type": "string", "description": "Empty when the job was stopped before."}}},
        "AuthRequirement": {
            "type": "object", "required": ["type", "params"],
            "properties": {"type": {"type": "string"}, "params": {"type": "object"}}},
        "AuthMethods": {
            "type": "object", "required": ["NextToken", "Methods"],
            "properties": {
                "NextToken": {"type": "string"},
                "Methods": {
                    "type": "object", "additionalProperties": {"$ref": "#/components/schemas/AuthRequirement"}}}},
        "AuthRequest": {
            "type": "object", "required": ["MethodData"],
            "properties": {
                "Name": {"type": "string"},
                "MethodData": {
                    "type": "string",
                    "description": "Base64 of {\"PhraseSignature\": …, \"PublicKey\": …}, both Base64."}}},
        "AuthResponse": {
            "type": "object", "required": ["Authentication"],
            "properties": {
                "Authentication": {
                    "type": "object", "required": ["success"],
                    "properties": {
                        "success": {"type": "boolean"}, "token": {"type": "string"}, "reason": {"type": "string"}}}}},
        "Gone": {"type": "string"},
        "OpenAPI": {"type": "object", "required": ["openapi", "info", "paths", "components"]},
        "Error": {
            "type": "object",
            "description": "`error` and `message` for clients of v1.4.0, `Message` for clients since 1.5, `Error` when the client's version is refused.",
            "properties": {
                "error": {"type": "string"}, "message": {"type": "string"}, "Message": {"type": "string"},
                "Error": {"type": "string"}, "Status": {"type": "integer"}, "RequestID": {"type": "string"},
                "Code": {"type": "string"}, "Component": {"type": "string"}, "Hint": {"type": "string"},
                "Details": {"$ref": "#/components/schemas/Strings"}},
            "anyOf": [{"required": ["message"]}, {"required": ["Message"]}, {"required": ["Error"]}]}
        }
        """#
}
