#!/usr/bin/env python3
"""Makes tokenizer_folders.json: what Transformers makes of folders with a vocabulary and no tokenizer.json.

Run with transformers 5.24.0, tokenizers 0.23.3, sentencepiece 0.2 and protobuf:
tokenizer_folders.py tokenizer_folders.json ../../vocab/english/english.model
Building and testing never need this script.

"texts", and "folders": their files with their contents, and for each text ids and offsets in code points, special tokens
included. Of contents "@english" stands for english.model, "@llama" and "@gemma" for tokenizer_llama.model and
tokenizer_gemma.model, which are trained here on a few sentences, and other names with @ for a member of "contents".
"""
import json
import os
import shutil
import sys
import tempfile

import sentencepiece
import tokenizers
import transformers
from transformers import AutoTokenizer

from tokenizer_families import TRAINING

TEXTS = ["", " ", "Hello, World!", "h\u00e9llo  W\u00d6RLD \u4f60\u597d", " <mask> x[MASK]y", "a<s>b </s> [SEP]", "[NEW] new  lemma", "<|endoftext|> a",
         "x<extra_id_5> <s>NOTUSED ``q''", "don't\tDO  it\n", "\u0130I \ufb01ne \u00bd", "  <s> a  [NEW]\n\n b</s>  c<start_of_turn>user\n", "\u2581a \u2581\u2581 b+<b><bos>",
         "The quick brown  fox, 2017! Attention\r\n"]  # fmt: skip
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


def typed(files, model_type):
    return {**files, "config.json": json.dumps({"model_type": model_type})}


def normalized(content):
    return {"content": content, "lstrip": False, "rstrip": True, "single_word": False, "normalized": True, "special": False}


BERT = {"vocab.txt": "\n".join(WORDS) + "\n"}
BPE = {"vocab.json": vocab_json(), "merges.txt": "#version: 0.2\n" + "\n".join(MERGES) + "\n"}
ROBERTA = {**BPE, "vocab.json": vocab_json("<s>", "<pad>", "</s>", "<unk>", "<mask>")}
LLAMA, GEMMA, DEBERTA = {"tokenizer.model": "@llama"}, {"tokenizer.model": "@gemma"}, {"spm.model": "@english"}
T5 = {"spiece.model": "@english"}
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
    folder({CLASS: "GPT2Tokenizer", "add_bos_token": True, "bos_token": "</s>", "eos_token": "</s>", "pad_token": "<pad>"}, typed(BPE, "opt")),
    folder({CLASS: "GPT2Tokenizer", "add_eos_token": True, "additional_special_tokens": ["[NEW]", token("lemma", True)]}, BPE),
    folder({CLASS: "GPT2Tokenizer", "extra_special_tokens": {"image_token": "[NEW]"}}, BPE),
    folder({CLASS: "CodeGenTokenizer"}, BPE),
    folder({CLASS: "GPTNeoXTokenizer", "add_bos_token": True}, BPE),
    folder(None, typed(BPE, "qwen3")),
    folder({CLASS: "LlamaTokenizer"}, LLAMA),
    folder({CLASS: "LlamaTokenizer", "legacy": True, "add_bos_token": True, "add_eos_token": True}, typed(LLAMA, "llama")),
    folder({CLASS: "LlamaTokenizer", "add_prefix_space": False, "pad_token": token("[NEW]", True)}, LLAMA),
    folder({CLASS: "LlamaTokenizer", "add_bos_token": True, "added_tokens_decoder": {"2": normalized("</s>"), "600": normalized("[NEW]")}},
           typed(LLAMA, "phi3")),
    folder({CLASS: "LlamaTokenizer", "legacy": False}, typed(LLAMA, "mistral")),
    folder(None, typed(LLAMA, "llama")),
    folder({CLASS: "LlamaTokenizer"}, typed(GEMMA, "mistral")),
    folder(None, typed({"tokenizer.model": "@english"}, "mistral")),
    folder({CLASS: "GemmaTokenizer"}, GEMMA),
    folder({CLASS: "GemmaTokenizer", "add_bos_token": True, "additional_special_tokens": ["<start_of_turn>", "[NEW]"]}, typed(GEMMA, "gemma2")),
    folder(None, typed(GEMMA, "gemma3_text")),
    folder({"do_lower_case": False, "vocab_type": "spm"}, typed(DEBERTA, "deberta-v2")),
    folder({CLASS: "DebertaV2Tokenizer", "do_lower_case": True, "split_by_punct": True}, DEBERTA),
    folder({CLASS: "T5Tokenizer", "extra_ids": 0, "additional_special_tokens": None}, typed(T5, "mt5")),
    folder({CLASS: "T5Tokenizer", "extra_ids": 6}, T5),
]  # fmt: skip


def train(name, **rules):
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TRAINING * 8), model_prefix=f"tokenizer_{name}", vocab_size=460, model_type="bpe", byte_fallback=True,
        split_digits=True, normalization_rule_name="identity", remove_extra_whitespaces=False, allow_whitespace_only_pieces=True,
        character_coverage=0.98, minloglevel=2, num_threads=1, **rules)  # fmt: skip
    os.remove(f"tokenizer_{name}.vocab")


def tokens(files, model):
    with tempfile.TemporaryDirectory() as path:
        for name, content in files.items():
            if content.startswith("@"):
                shutil.copy(model if content == "@english" else f"tokenizer_{content[1:]}.model", os.path.join(path, name))
            else:
                open(os.path.join(path, name), "w").write(content)
        tokenizer = AutoTokenizer.from_pretrained(path).backend_tokenizer
    found = [tokenizer.encode(text) for text in TEXTS]
    return [[result.ids, [place for pair in result.offsets for place in pair]] for result in found]


def main(path, model):
    assert (transformers.__version__, tokenizers.__version__) == ("5.24.0", "0.23.3")
    train("llama")
    train("gemma", add_dummy_prefix=False, pad_id=0, eos_id=1, bos_id=2, unk_id=3, eos_piece="<eos>", bos_piece="<bos>",
          user_defined_symbols=["<mask>", "<start_of_turn>", "\n", "\n\n", "\u2581\u2581", "+", "<b>"])  # fmt: skip
    shared = {"@bert": BERT["vocab.txt"], "@bpe": BPE["vocab.json"], "@merges": BPE["merges.txt"], "@roberta": ROBERTA["vocab.json"]}
    names = {content: name for name, content in shared.items()}
    answers = [{"files": {name: names.get(content, content) for name, content in files.items()}, "tokens": tokens(files, model)}
               for files in FOLDERS]  # fmt: skip
    with open(path, "w") as file:
        file.write('{"texts": ' + json.dumps(TEXTS) + ',\n"contents": ' + json.dumps(shared))
        file.write(',\n"folders": [\n' + ",\n".join(json.dumps(answer, separators=(",", ":")) for answer in answers) + "\n]}\n")


main(*sys.argv[1:])
