@_exported public import BacalhauModel
// Messages, job files and the JSON and YAML readers: what a user of the client passes and gets.
@_exported public import BacalhauSupport
