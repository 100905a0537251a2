import BacalhauModel

/// The API's description, for programs and for people.
enum DocumentRoutes {
    static let routes: [APIRoute] = [
        APIRoute(
            method: "GET", template: "/api/v1/openapi.json", name: "openapi", summary: "This document.",
            answer: .json("OpenAPI"), handle: { _, _ in .json(OpenAPIDocument.json) }),
        APIRoute(
            method: "GET", template: "/docs", name: "docs", summary: "This document as a page.", answer: .html,
            handle: { _, _ in .html(page) }),
    ]

    /// Reads the document and shows it. Needs nothing from other servers.
    static let page = #"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Bacalhau API</title>
        <meta http-equiv="Content-Security-Policy"
            content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'">
        <style>
        body { font: 16px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222; }
        summary { cursor: pointer; padding: .3em 0; } code, pre { font-family: monospace; font-size: .95em; }
        .method { display: inline-block; width: 5em; font-weight: bold; } .deprecated { opacity: .5; }
        table { border-collapse: collapse; } td { padding: .1em 1em .1em 0; vertical-align: top; }
        details > div { margin: 0 0 1em 2em; } pre { background: #f4f4f4; padding: .6em; overflow: auto; }
        </style></head><body><h1>Bacalhau API</h1><p id="about">Reading <a href="/api/v1/openapi.json">the document</a>…</p>
        <div id="calls"></div><h2>Bodies</h2><div id="schemas"></div>
        <script>
        const make = (name, text, parent, kind) => {
            const element = document.createElement(name);
            if (text !== undefined) element.textContent = text;
            if (kind) element.className = kind;
            if (parent) parent.append(element);
            return element;
        };
        const table = (rows, parent) => {
            const table = make("table", undefined, parent);
            for (const cells of rows) { const row = make("tr", undefined, table); for (const cell of cells) make("td", cell, row); }
        };
        const name = schema => schema && schema.$ref ? schema.$ref.split("/").pop() : schema ? schema.type : "";
        const body = part => part && part.content ? Object.values(part.content).map(c => name(c.schema)).join() : "";
        fetch("/api/v1/openapi.json").then(answer => answer.json()).then(api => {
            document.getElementById("about").textContent = api.info.description;
            const calls = document.getElementById("calls");
            for (const [path, methods] of Object.entries(api.paths)) for (const [method, call] of Object.entries(methods)) {
                const details = make("details", undefined, calls, call.deprecated ? "deprecated" : "");
                const summary = make("summary", undefined, details);
                make("span", method.toUpperCase(), summary, "method");
                make("code", path, summary);
                const inside = make("div", undefined, details);
                make("p", call.summary, inside);
                if (call.parameters) table(call.parameters.map(p => [p.name, p.in, name(p.schema), p.description || ""]), inside);
                if (call.requestBody) make("p", "Body: " + body(call.requestBody), inside);
                table(Object.entries(call.responses).map(([s, r]) => [s, body(r), r.description]), inside);
            }
            const schemas = document.getElementById("schemas");
            for (const [title, schema] of Object.entries(api.components.schemas)) {
                const details = make("details", undefined, schemas);
                make("summary", title, details);
                make("pre", JSON.stringify(schema, null, 2), details);
            }
        }).catch(problem => { document.getElementById("about").textContent = "The document cannot be read: " + problem; });
        </script></body></html>
        """#
}
