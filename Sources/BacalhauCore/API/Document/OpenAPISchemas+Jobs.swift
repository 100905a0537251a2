extension OpenAPISchemas {
    /// What a job is made of.
    static let jobs = #"""
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
        "RetryPolicy": {
            "type": "object", "description": "How often and how soon failures of nodes are tried again.",
            "properties": {
                "MaxRetries": {"type": "integer", "minimum": 0, "maximum": 1000, "default": 2},
                "Backoff": {
                    "type": "integer", "minimum": 0, "maximum": 86400, "default": 1,
                    "description": "Seconds before the first new attempt; doubled each time."},
                "MaxBackoff": {
                    "type": "integer", "minimum": 0, "maximum": 86400, "default": 60,
                    "description": "The longest pause in seconds."}}},
        "NodeLossPolicy": {
            "type": "string", "enum": ["Keep", "Wait", "Replace"],
            "description": "What becomes of executions whose node is not heard of any more."},
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
                "RetryPolicy": {"$ref": "#/components/schemas/RetryPolicy"},
                "NodeLossPolicy": {"type": "string"},
                "State": {"$ref": "#/components/schemas/JobState"},
                "Version": {
                    "type": "integer", "description": "Counts from 0, for clients since 1.5 from 1."},
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
}
