import BacalhauModel
import BacalhauSupport

/// The description of the API in the form of OpenAPI 3.1, written from the table of calls.
enum OpenAPIDocument {
    static let json: [UInt8] = {
        var writer = JSONWriter()
        writer.value(document(of: APIRouteTable.routes))
        return writer.bytes
    }()

    static func document(of routes: [APIRoute]) -> JSONValue {
        var paths: [String: [String: JSONValue]] = [:]
        for route in routes {
            paths[route.template, default: [:]][route.method.lowercased()] = operation(route)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Bacalhau", "version": .string(String(BuildVersion.current.gitVersion.dropFirst())),
                "description":
                    "Runs jobs on the nodes of a cluster. Unknown members of bodies are ignored, and names of members and parameters match in any case.",
            ],
            "servers": [["url": "/"]],
            "paths": .object(paths.mapValues(JSONValue.object)),
            "components": [
                "schemas": .object(OpenAPISchemas.all),
                "securitySchemes": [
                    "password": [
                        "type": "http", "scheme": "basic", "description": "The name and the password of a user.",
                    ],
                    "token": [
                        "type": "http", "scheme": "bearer",
                        "description": "An API key, or a token from `POST /api/v1/auth/{method}`.",
                    ],
                ],
            ],
        ]
    }

    private static func operation(_ route: APIRoute) -> JSONValue {
        var operation: [String: JSONValue] = [
            "operationId": .string(route.name), "summary": .string(route.summary),
            "tags": [.string(tag(route))], "responses": .object(responses(route)),
        ]
        let parameters = pathParameters(route) + route.parameters.map(parameter)
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if case .needs(let action) = route.access {
            // The empty one stands for nodes without users.
            operation["security"] = [["token": []], ["password": []], [:]]
            operation["description"] = .string("Needs the right `\(action)` on nodes that have users.")
        }
        if let body = route.body {
            operation["requestBody"] = [
                "required": .bool(route.method != "DELETE"), "content": content("application/json", schema(body)),
            ]
        }
        switch route.answer {
        case .gone: operation["deprecated"] = true
        // OpenAPI has no word for messages.
        case .webSocket(let message): operation["x-websocket-message"] = schema(message)
        default: break
        }
        return .object(operation)
    }

    /// The part of the path after the version.
    private static func tag(_ route: APIRoute) -> String {
        let parts = route.segments.dropFirst(2)
        switch parts.first {
        case "orchestrator": return parts.dropFirst().first.map(String.init) ?? "jobs"
        case "agent", "auth", "requester": return String(parts.first ?? "")
        default: return "node"
        }
    }

    private static func pathParameters(_ route: APIRoute) -> [JSONValue] {
        route.segments.filter { $0.hasPrefix("{") }.map { segment in
            let name = String(segment.dropFirst().dropLast())
            var schema: [String: JSONValue] = ["type": "string", "minLength": 1]
            if name == "method" { schema["examples"] = [.string(AuthRoutes.Method.clientKey.rawValue)] }
            return ["name": .string(name), "in": "path", "required": true, "schema": .object(schema)]
        }
    }

    private static func parameter(_ parameter: APIParameter) -> JSONValue {
        [
            "name": .string(parameter.name), "in": "query", "required": false,
            "description": .string(parameter.summary), "schema": schema(parameter.kind),
        ]
    }

    private static func schema(_ kind: APIParameter.Kind) -> JSONValue {
        switch kind {
        case .text: ["type": "string"]
        case .choice(let names): ["type": "string", "enum": .array(names.map(JSONValue.string))]
        case .number(let max): ["type": "integer", "minimum": 0, "maximum": .integer(max)]
        case .flag: ["type": "boolean"]
        case .list: ["type": "array", "items": ["type": "string"]]
        case .seconds: ["type": "string", "pattern": "^[0-9]{1,3}s?$"]
        }
    }

    // MARK: Responses

    /// Statuses that any call can have: a request that cannot be read, a client that is too old, too much work.
    private static let everywhere = [400, 403, 503]

    private static func responses(_ route: APIRoute) -> [String: JSONValue] {
        var responses: [String: JSONValue] = [:]
        let refusals = route.access == .open ? [] : [401, 429]
        for status in everywhere + refusals + route.failures + (route.body == nil ? [] : [413]) {
            responses[String(status)] = response(failure(status), content("application/json", schema("Error")))
        }
        switch route.answer {
        case .json(let name):
            responses["200"] = response("Done.", content("application/json", schema(name)), links(route))
            // A login that is refused has the form of one that is not.
            if name == "AuthResponse" {
                responses["401"] = response("Refused.", content("application/json", schema(name)))
            }
        case .text: responses["200"] = response("Done.", content("text/plain", ["type": "string"]))
        case .html: responses["200"] = response("A page.", content("text/html", ["type": "string"]))
        case .archive:
            let archive = content("application/gzip", ["type": "string", "format": "binary"])
            responses["200"] = response("The archive.", archive)
            responses["206"] = response("The part that `Range` asks for.", archive)
            responses["304"] = response("`If-None-Match` names it already.", nil)
            responses["307"] = response("It is on another server.", nil)
            responses["416"] = response("`Range` lies behind the end.", nil)
        case .webSocket(let name):
            responses["101"] = response("Messages follow, each \(name).", nil)
        case .gone:
            responses["410"] = response("Was retired.", content("application/json", schema("Gone")))
        }
        return responses
    }

    private static func failure(_ status: Int) -> String {
        switch status {
        case 400: "The request cannot be read, or what it asks for is not valid."
        case 401: "No credential that counts."
        case 403: "The client is too old, or the user may not do this."
        case 404: "There is no such thing."
        case 409: "Several things fit, or their state does not allow this."
        case 413: "The body is longer than 10 000 000 bytes."
        case 429: "Too much is waiting, or too many wrong passwords came from here; try later."
        default: "Too much to do; try later."
        }
    }

    /// What can be done with a submitted job and with a listed node.
    private static func links(_ route: APIRoute) -> JSONValue? {
        let (calls, id): ([String], JSONValue) =
            switch route.name {
            case "submitJob":
                (["getJob", "jobHistory", "jobExecutions", "jobResults", "stopJob"], "$response.body#/JobID")
            case "listNodes": (["getNode"], "$response.body#/Nodes/0/Info/NodeID")
            default: ([], .null)
            }
        guard !calls.isEmpty else { return nil }
        return .object(
            Dictionary(
                uniqueKeysWithValues: calls.map { call -> (String, JSONValue) in
                    (call, ["operationId": .string(call), "parameters": ["id": id]])
                }))
    }

    private static func response(_ text: String, _ content: JSONValue?, _ links: JSONValue? = nil) -> JSONValue {
        var response: [String: JSONValue] = ["description": .string(text)]
        if let content { response["content"] = content }
        if let links { response["links"] = links }
        return .object(response)
    }

    private static func content(_ type: String, _ schema: JSONValue) -> JSONValue {
        .object([type: ["schema": schema]])
    }

    private static func schema(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }
}
