"""The layer and the encoder in ONNX Runtime: weights packed beforehand, nothing copied in or out."""

import numpy
import onnxruntime

from opponents import onnx_graph

MAX_SCORES = 4e9  # bytes; Attention holds those of the whole batch, and takes more memory than machines have


def session(model, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def bound(case, model, x):
    """A call that runs the model upon x into an output of its own."""
    made = session(model.SerializeToString(), case.threads)
    binding = made.io_binding()
    given, output = (onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in (x, numpy.empty_like(x)))
    binding.bind_ortvalue_input("x", given)
    binding.bind_ortvalue_output(made.get_outputs()[0].name, output)

    def run(alive=given):  # the binding does not keep what it shares
        made.run_with_iobinding(binding)
        return output

    return run


def forms(case, weights, x):
    scores = 4.0 * case.batch * case.shape.heads * case.tokens**2
    names = [name for name in onnx_graph.FORMS if name != "Attention" or scores < MAX_SCORES]
    return {name: bound(case, onnx_graph.build(name, case, weights), x) for name in names}


def numbers(output):
    return output.numpy()
