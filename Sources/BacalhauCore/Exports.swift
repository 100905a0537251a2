@_exported public import BacalhauModel
@_exported public import BacalhauSupport
