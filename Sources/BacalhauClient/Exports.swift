@_exported public import BacalhauModel
