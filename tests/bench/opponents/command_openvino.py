"""The command in Python through OpenVINO: a text through all layers into a file.

Arguments: tokenizer.json, model, text, file."""

import pathlib
import sys

import numpy
import openvino
from tokenizers import Tokenizer

vocabulary, model, text, file = sys.argv[1:]
tokenizer = Tokenizer.from_file(vocabulary)
tokenizer.no_padding()
ids = numpy.array([tokenizer.encode(text).ids], numpy.int32)
options = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1}
options["CACHE_DIR"] = pathlib.Path(model).parent / "cache"  # of compiled models
compiled = openvino.Core().compile_model(model, "CPU", options)
numpy.save(file, compiled([ids])[0])
