#!/usr/bin/env python3
"""Makes tokenizer_families.json: what the official tokenizers make of awkward texts with the pipelines of families.

Run with tokenizers 0.23.3 and sentencepiece 0.2:  tokenizer_families.py tokenizer_families.json ../../vocab/english/english.model
Building and testing never need this script. The pipelines are in tokenizer_pipelines.py; their models are trained here
on a few sentences, one for all pipelines of a kind. The trainers break ties as it comes, so each run gives other models.

"models" are beginnings of JSON objects; "@bytes" and the like stand for them in the "document" of a family, which is a
tokenizer.json, and "@charsmap" for the table of english.model. "tokens" are those of "texts" and of the family's own
"texts", special tokens included: id:end, or id:begin-end where a token does not begin where the one before it ends, in
code points. "pair" are id/type of the first two texts as a pair.
"""
import base64
import json
import sys

import sentencepiece
import tokenizers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from tokenizer_charsmap import charsmap_of
from tokenizer_pipelines import FAMILIES

TRAINING = [
    "Attention is all you need. The quick brown fox jumps over the lazy dog, and the dog doesn't mind; they've seen it all.",
    "Time flies like an arrow; fruit flies like a banana.  In 2017, 3.14159 and 1,000,000 were numbers, it's said.",
    "def attention(query, key, value):\n    scores = query @ key.T\n    return softmax(scores) @ value\n\n",
    "if (mask == NULL) {\n\t\treturn -1;\n\t}\r\n// the end of the line\r\n",
    "Der schnelle braune Fuchs springt \u00fcber den faulen Hund. \u00c7a va tr\u00e8s bien, na\u00efve caf\u00e9.",
    "\u0411\u044b\u0441\u0442\u0440\u0430\u044f \u043b\u0438\u0441\u0430 \u043f\u0440\u044b\u0433\u0430\u0435\u0442 \u0447\u0435\u0440\u0435\u0437 \u043b\u0435\u043d\u0438\u0432\u0443\u044e \u0441\u043e\u0431\u0430\u043a\u0443.",
    "\u4f60\u597d\uff0c\u4e16\u754c\u3002\u6ce8\u610f\u529b\u5c31\u662f\u4f60\u6240\u9700\u8981\u7684\u3002 \u6ce8\u610f\u529b\u304c\u3059\u3079\u3066\u3067\u3059\u3002",
    "<|im_start|>user\nWhat is attention?<|im_end|>\n<div class=\"head\">HTTPServer camelCase snake_case</div>",
]  # fmt: skip
TEXTS = [
    "The quick brown fox doesn't jump.", "they've said 'tis 2017", "", " ", "   \n\n  x", " a  b   c ", "line one\r\nline two\r\n\r\n\tthree\n",
    "I'LL we'RE it\u2019s DON'T \u017f's 's", "3.14159 1,000,000 12345678 \u0664\u0665\u0666 x\u00b2\u2168", "def f(x):\n    return x**2  # \u00fcber\n",
    "caf\u00e9 cafe\u0301 \u0301a A\u030a \u1e9b\u0323", "\u4f60\u597d\uff0c\u4e16\u3002\u3067\u304b\u3099 \ud55c\uad6d",
    "\u043b\u0438\u0441\u0430 \u041b\u0418 \u0435\u0308", "\U0001f468\u200d\U0001f469\U0001f44d\U0001f3fd \U0001f1e9\U0001f1ea\ufe0f",
    "HTTPServer iPhone \u01c5a\u02b0 \u00aa", "...!!! /path/to/file.cpp/ -- <a href=\"#\">\n", "\u2581x \u2581\u2581 \u0120\u010a <0x0A>",
    "\ufb01ne \u00bd \u2460\ufdfa \uff21\uff42 \u2122", "\u00a0x\u2003y\u3000z\u2028w\u0085v\u200bu\ufeff", "\u0928\u0938\u094d\u0924\u0947 \u0e2a\u0e27\u0e31 \u05e9\u05c1\u05dc \u0645\u064e",
    "\U00010d4a\U00016d40\u1c89\ua7ce \U0002ebf0\U0010ffff\ue000\u0378", "a\u1ad6A\u0897 \t\u1ad6", "\u0130\u0131 \u03a3\u03c2 \u1e9e stra\u00dfe", "x\0y\x7f\u00ad\ufffd",
    "thethetheattentionattention" , "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
]  # fmt: skip
EMPTY = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None, "pre_tokenizer": None,
         "post_processor": None, "decoder": None}  # fmt: skip
SPECIALS = {"bytes": [], "spaces": ["<unk>", "<s>", "</s>", "<pad>", "<bos>", "<eos>"],
            "unigram": ["<pad>", "</s>", "<unk>", "[PAD]", "[CLS]", "[SEP]", "[UNK]"],
            "words": ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]}  # fmt: skip


def train(model, trainer, normalizer=None, pre_tokenizer=None):
    tokenizer = Tokenizer(model)
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.train_from_iterator(TRAINING * 4, trainer)
    return json.loads(tokenizer.to_str())["model"]


def trained(kind):
    common = {"special_tokens": SPECIALS[kind], "show_progress": False}
    if kind == "bytes":
        return train(models.BPE(), trainers.BpeTrainer(vocab_size=440, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), **common),
                     pre_tokenizer=pre_tokenizers.ByteLevel(add_prefix_space=False))  # fmt: skip
    if kind == "spaces":
        common["special_tokens"] = SPECIALS[kind] + [f"<0x{byte:02X}>" for byte in range(256)]
        runs = pre_tokenizers.Split(tokenizers.Regex("\u2581*[^\u2581]*"), "isolated")
        return train(models.BPE(), trainers.BpeTrainer(vocab_size=480, limit_alphabet=70, **common),
                     normalizers.Replace(" ", "\u2581"), runs)  # fmt: skip
    lower = normalizers.BertNormalizer(lowercase=True)
    return train(models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer(vocab_size=300, **common), lower,
                 pre_tokenizers.BertPreTokenizer())  # fmt: skip


def unigram_of(path):
    """The pieces of english.model that the sentences have, and their characters."""
    processor = sentencepiece.SentencePieceProcessor(model_file=path)
    text = [line.lower() for line in TRAINING]
    used = sorted({i for line in text for i in processor.encode(line) if not processor.is_byte(i)})
    scores = {processor.id_to_piece(i): round(processor.get_score(i), 4) for i in used if not processor.is_unknown(i)}
    for character in sorted(set("".join(text + TRAINING)) - {" "}):
        scores.setdefault(character, -13.5)
    return {"type": "Unigram", "vocab": [[piece, 0.0] for piece in SPECIALS["unigram"]] + [list(item) for item in scores.items()]}


def opened(model, kind):
    """The beginning of the object, to which rules and the end are added."""
    kept = {"BPE": ("type", "vocab", "merges"), "Unigram": ("type", "vocab"), "WordPiece": ("type", "unk_token", "continuing_subword_prefix",
                                                                                         "max_input_chars_per_word", "vocab")}  # fmt: skip
    text = json.dumps({key: model[key] for key in kept[model["type"]]}, ensure_ascii=False, separators=(",", ":"))
    return text[:-1]


def pieces_of(model):
    return model["vocab"] if isinstance(model["vocab"], dict) else {piece: i for i, (piece, _) in enumerate(model["vocab"])}


def document(family, all_models):
    kind, rules, added, parts = family
    ids = dict(pieces_of(all_models[kind]))
    for token in added:
        ids.setdefault(token["content"], max(ids.values()) + 1)
    if kind == "unigram":
        rules = {"unk_id": ids["[UNK]" if any(token["content"] == "[UNK]" for token in added) else "<unk>"], **rules}
    tokens = sorted(({**token, "id": ids[token["content"]]} for token in added), key=lambda token: token["id"])
    text = json.dumps({**EMPTY, "added_tokens": tokens, **parts(ids.__getitem__)}, separators=(",", ":"))
    return f'{text[:-1]},"model":@{kind}{"".join("," + json.dumps(rule)[1:-1] for rule in [rules] if rule)}}}}}'


def own_texts(added):
    """Texts around the first few and last added tokens."""
    chosen = [added[i % len(added)]["content"] for i in (0, 1, -3, -2, -1)]
    texts = [f"a{chosen[0]}b {chosen[-1]} c", f"{chosen[-1]}\n\nHello  {chosen[1]}  ", "".join(chosen), f" {chosen[-2]}x\u00e9{chosen[-1]}\u4f60 {chosen[0]}",
             chosen[0][:-1] + chosen[0], f"\n{chosen[0]}  \n {chosen[1]}\t{chosen[2].upper()}"]  # fmt: skip
    return texts


def places(encoding):
    end, found = 0, []
    for token, (begin, stop) in zip(encoding.ids, encoding.offsets):
        found.append(f"{token}:{stop}" if begin == end else f"{token}:{begin}-{stop}")
        end = stop
    return " ".join(found)


def main(path, model):
    assert tokenizers.__version__ == "0.23.3", tokenizers.__version__
    all_models = {kind: trained(kind) if kind != "unigram" else unigram_of(model) for kind in SPECIALS}
    begun = {kind: opened(each, kind) for kind, each in all_models.items()}
    table = base64.b64encode(charsmap_of(open(model, "rb").read())).decode()
    families = []
    for name, family in FAMILIES.items():
        text = document(family, all_models)
        tokenizer = Tokenizer.from_str(text.replace("@" + family[0], begun[family[0]]).replace("@charsmap", table))
        own = own_texts(family[2])
        pair = tokenizer.encode(TEXTS[0], TEXTS[1])
        families.append({"name": name, "document": text, "texts": own, "tokens": [places(tokenizer.encode(t)) for t in TEXTS + own],
                         "pair": " ".join(f"{token}/{kind}" for token, kind in zip(pair.ids, pair.type_ids))})  # fmt: skip
    with open(path, "w") as file:
        file.write('{"tokenizers": "0.23.3",\n"models": ' + json.dumps(begun) + ',\n"texts": ' + json.dumps(TEXTS))
        file.write(',\n"families": [\n' + ",\n".join(json.dumps(family) for family in families) + "\n]}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
