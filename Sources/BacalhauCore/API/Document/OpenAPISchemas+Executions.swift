extension OpenAPISchemas {
    /// What becomes of a job.
    static let executions = #"""
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
                "JobVersion": {
                    "type": "integer", "description": "Counts from 0, for clients since 1.5 from 1."},
                "PartitionIndex": {"type": "integer"},
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
                "SeqNum": {"type": "integer"},
                "JobVersion": {
                    "type": "integer", "description": "Counts from 0, for clients since 1.5 from 1."},
                "NodeID": {"type": "string"},
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
        "JobExplanation": {
            "type": "object", "required": ["Summary", "WaitingCount", "MissingCount", "Obstacles", "WakeUps"],
            "properties": {
                "Summary": {"type": "string"}, "Position": {"type": "integer"}, "WaitingCount": {"type": "integer"},
                "MissingCount": {"type": "integer"},
                "Obstacles": {
                    "type": "array",
                    "items": {
                        "type": "object", "required": ["Reason", "NodeCount", "Nodes"],
                        "properties": {
                            "Reason": {"type": "string"}, "NodeCount": {"type": "integer"},
                            "Nodes": {"type": "array", "items": {"type": "string"}}}}},
                "WakeUps": {
                    "type": "array",
                    "items": {
                        "type": "object", "required": ["Time", "Reason"],
                        "properties": {
                            "Time": {"type": "string", "format": "date-time"}, "Reason": {"type": "string"}}}}}},
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
}
