"""The command in Python through ONNX Runtime: a text through all layers into a file.

Arguments: tokenizer.json, model, text, file."""

import sys

import numpy
import onnxruntime
from tokenizers import Tokenizer

vocabulary, model, text, file = sys.argv[1:]
tokenizer = Tokenizer.from_file(vocabulary)
tokenizer.no_padding()
ids = numpy.array([tokenizer.encode(text).ids], numpy.int32)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1  # starting more, and packing weights, takes longer than it saves
options.add_session_config_entry("session.disable_prepacking", "1")
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
(hidden,) = session.run(None, {"ids": ids, "types": numpy.zeros_like(ids)})
numpy.save(file, hidden)
