extension OpenAPISchemas {
    /// What is sent, and the answers to it.
    static let messages = #"""
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
                "RetryPolicy": {"$ref": "#/components/schemas/RetryPolicy"},
                "NodeLossPolicy": {"$ref": "#/components/schemas/NodeLossPolicy"},
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
                "Force": {
                    "type": "boolean",
                    "description": "Updates the latest job of this name, and runs it again even if nothing changed."},
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
        "RerunJobRequest": {
            "type": "object",
            "properties": {
                "JobVersion": {"type": "integer", "minimum": 0, "description": "Refuses when the job has another one; 0 takes any."},
                "Reason": {"type": "string"},
                "All": {"type": "boolean", "description": "Whether what has completed is run again, too."}},
            "example": {"Reason": "once more"}},
        "RerunJobResponse": {
            "type": "object", "required": ["EvaluationID", "JobID", "JobVersion", "Warnings"],
            "properties": {
                "EvaluationID": {"type": "string"}, "JobID": {"type": "string"},
                "JobVersion": {
                    "type": "integer", "description": "Counts from 0, for clients since 1.5 from 1."},
                "Warnings": {"type": ["array", "null"], "items": {"type": "string"}}}},
        "DiffJobResponse": {
            "type": "object", "required": ["Diff", "Warnings"],
            "properties": {
                "Diff": {"type": "string", "description": "Empty when there is no difference."},
                "Warnings": {"type": ["array", "null"], "items": {"type": "string"}}}},
        "ApproveBidRequest": {
            "type": "object", "required": ["payload", "signature", "client_public_key"],
            "properties": {
                "payload": {
                    "type": "object", "required": ["ClientID"],
                    "properties": {
                        "ClientID": {"type": "string", "description": "SHA-256 of the key's modulus, in hexadecimal."},
                        "JobID": {"type": "string"}, "Response": {"type": "object"}}},
                "signature": {
                    "type": "string",
                    "description": "Base64 of RSA PKCS#1 v1.5 with SHA-256 over the payload's bytes as they are sent."},
                "client_public_key": {"type": "string", "description": "Base64 of the PKCS#1 DER form."}}},
        "ApproveBidResponse": {"type": "string"},
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
