#!/usr/bin/env python3
"""Makes tokenizer_folders.json: what Transformers makes of folders with a vocabulary and no tokenizer.json.

Run with transformers 5.23.0, tokenizers 0.23.3, sentencepiece and protobuf:
tokenizer_folders.py tokenizer_folders.json ../../vocab/english/english.model
Building and testing never need this script.

A list of folders: their files with their contents ("@english" stands for english.model), texts, and for each text ids
and offsets in code points, special tokens included.
"""
import json
import os
import shutil
import sys
import tempfile

import tokenizers
import transformers
from transformers import AutoTokenizer

TEXTS = ["", " ", "Hello, World!", "h\u00e9llo  W\u00d6RLD \u4f60\u597d", " <mask> x[MASK]y", "a<s>b </s> [SEP]", "[NEW] new  lemma", "<|endoftext|> a",
         "x<extra_id_5> <s>NOTUSED ``q''", "don't\tDO  it\n", "\u0130I \ufb01ne \u00bd"]  # fmt: skip
WORDS = ("[PAD] [UNK] [CLS] [SEP] [MASK] <s> </s> <pad> <mask> hello Hello world World h H w W ##e ##l ##o ##ello ##orld , ! don ' t do DO it "
         "\u4f60 \u597d a b x y i I fi ##ne new lemma q `").split()  # fmt: skip
MERGES = ["h e", "l l", "he ll", "hell o", "\u0120 W", "o r", "\u0120W or", "l d", "d o", "n '", "\u0120 x"]


def byte_characters():
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + i) for i in range(len(rest))]


def vocab_json(*specials):
    pieces = list(specials) + byte_characters() + [merge.replace(" ", "") for merge in MERGES]
    return json.dumps({piece: i for i, piece in enumerate(pieces)})


def folder(config, files):
    return {"tokenizer_config.json": json.dumps(config), **files} if config else files


def token(content, lstrip=False):
    return {"__type": "AddedToken", "content": content, "lstrip": lstrip, "rstrip": False, "single_word": False, "normalized": False, "special": True}


BERT = {"vocab.txt": "\n".join(WORDS) + "\n"}
BPE = {"vocab.json": vocab_json(), "merges.txt": "#version: 0.2\n" + "\n".join(MERGES) + "\n"}
ROBERTA = {**BPE, "vocab.json": vocab_json("<s>", "<pad>", "</s>", "<unk>", "<mask>")}
CLASS = "tokenizer_class"
FOLDERS = [
    folder({CLASS: "BertTokenizer"}, BERT),
    folder(None, {**BERT, "config.json": json.dumps({"model_type": "bert"})}),
    folder({CLASS: "BertTokenizer", "do_lower_case": False}, BERT),
    folder({CLASS: "BertTokenizerFast", "do_lower_case": False, "strip_accents": True, "tokenize_chinese_chars": False}, BERT),
    folder({CLASS: "DistilBertTokenizer", "strip_accents": False}, BERT),
    folder({CLASS: "BertTokenizer", "mask_token": token("[MASK]", True), "added_tokens_decoder": {"60": token("[NEW]", True)}}, BERT),
    folder({CLASS: "ElectraTokenizer"}, {**BERT, "added_tokens.json": json.dumps({"[NEW]": 44, "lemma": 43}),
                                         "special_tokens_map.json": json.dumps({"cls_token": "hello"})}),
    folder({CLASS: "MPNetTokenizer"}, BERT),
    folder({CLASS: "GPT2Tokenizer"}, BPE),
    folder({CLASS: "GPT2TokenizerFast", "add_prefix_space": True}, BPE),
    folder({CLASS: "RobertaTokenizer"}, ROBERTA),
    folder({CLASS: "RobertaTokenizer", "add_prefix_space": True, "mask_token": token("<mask>", True)}, ROBERTA),
    folder({CLASS: "RobertaTokenizer", "trim_offsets": False}, BPE),
    folder({CLASS: "Qwen2Tokenizer"}, BPE),
    folder({CLASS: "XLMRobertaTokenizer"}, {"sentencepiece.bpe.model": "@english"}),
    folder({CLASS: "CamembertTokenizer"}, {"sentencepiece.bpe.model": "@english"}),
    folder({CLASS: "T5Tokenizer"}, {"spiece.model": "@english"}),
    folder({CLASS: "AlbertTokenizer"}, {"spiece.model": "@english"}),
    folder({CLASS: "AlbertTokenizer", "do_lower_case": False, "keep_accents": True}, {"spiece.model": "@english"}),
]  # fmt: skip


def tokens(files, model):
    with tempfile.TemporaryDirectory() as path:
        for name, content in files.items():
            if content == "@english":
                shutil.copy(model, os.path.join(path, name))
            else:
                open(os.path.join(path, name), "w").write(content)
        tokenizer = AutoTokenizer.from_pretrained(path).backend_tokenizer
    found = [tokenizer.encode(text) for text in TEXTS]
    return [[result.ids, [place for pair in result.offsets for place in pair]] for result in found]


def main(path, model):
    assert (transformers.__version__, tokenizers.__version__) == ("5.23.0", "0.23.3")
    answers = [{"files": files, "texts": TEXTS, "tokens": tokens(files, model)} for files in FOLDERS]
    with open(path, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(answer) for answer in answers) + "\n]\n")


main(*sys.argv[1:])
