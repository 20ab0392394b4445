"""What mha is timed against: the same layers in PyTorch, ONNX Runtime and OpenVINO."""
