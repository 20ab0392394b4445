"""The layer and the encoder in OpenVINO: compiled for latency, inputs and outputs shared."""

import numpy
import openvino

from opponents import openvino_graph

MAX_SCORES = 4e9  # bytes; plain attention holds those of the whole batch


def options(threads):
    return {
        "INFERENCE_PRECISION_HINT": "f32",
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": 1,
        "INFERENCE_NUM_THREADS": threads,
    }


def bound(case, model, x):
    """A call that runs the model upon x into an output of its own."""
    compiled = openvino.Core().compile_model(model, "CPU", options(case.threads))
    request = compiled.create_infer_request()
    output = numpy.empty_like(x)
    tensors = [openvino.Tensor(array, shared_memory=True) for array in (x, output)]
    request.set_input_tensor(tensors[0])
    request.set_output_tensor(tensors[1])

    def run(alive=(x, tensors)):  # the request does not keep what it shares
        request.infer(share_outputs=True)
        return output

    return run


def forms(case, weights, x):
    scores = 4.0 * case.batch * case.shape.heads * case.tokens**2
    names = [name for name in openvino_graph.FORMS if "Softmax" not in name or scores < MAX_SCORES]
    return {name: bound(case, openvino_graph.build(name, case, weights), x) for name in names}


def numbers(output):
    return output
