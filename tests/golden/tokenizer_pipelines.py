"""The pipelines that the families of decoders and of modern encoders publish as tokenizer.json, without their models:
each as a function of the ids that its model has. Read by tokenizer_families.py."""

APOSTROPHES = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
SPACES = r"\s*[\r\n]+|\s+(?!\S)|\s+"
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"

PATTERNS = {
    "llama3": APOSTROPHES + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + SPACES,
    "qwen2": APOSTROPHES + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + SPACES,
    "qwen3_5": APOSTROPHES + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|" + SPACES,
    "cl100k": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$"
              r"|\s*[\r\n]|\s+(?!\S)|\s",
    "o200k": rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+{APOSTROPHES}?|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*{APOSTROPHES}?"
             r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + SPACES,
    "tekken": rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*"
              r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + SPACES,
    "bloom": " ?[^(\\s|[.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c])]+",
    "deepseek": [r"\p{N}{1,3}", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
                 r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
                 r"| ?[\p{P}\p{S}]+[\r\n]*|" + SPACES],
}  # fmt: skip


def sequence(name, *parts):
    return {"type": "Sequence", name: list(parts)}


def split(pattern, behavior="Isolated", invert=False):
    kind = pattern if isinstance(pattern, dict) else {"Regex": pattern}
    return {"type": "Split", "pattern": kind, "behavior": behavior, "invert": invert}


def byte_level(space=False, trim=True, regex=False):
    return {"type": "ByteLevel", "add_prefix_space": space, "trim_offsets": trim, "use_regex": regex}


def metaspace(scheme, **rules):
    return {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": scheme, **rules}


def replace(pattern, content):
    kind = pattern if isinstance(pattern, dict) else {"String": pattern}
    return {"type": "Replace", "pattern": kind, "content": content}


def token(content, special=True, normalized=False, **flags):
    return {"id": 0, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": normalized, "special": special, **flags}  # fmt: skip


def template(single, pair, ids):
    """Of texts like "<s> $A:0 </s>:1"; ids by name."""
    def items(text):
        for word in text.split():
            name, _, kind = word.rpartition(":") if word[-2:] in (":0", ":1") else (word, "", "0")
            kind = int(kind)
            yield ({"Sequence": {"id": name[1:], "type_id": kind}} if name.startswith("$")
                   else {"SpecialToken": {"id": name, "type_id": kind}})  # fmt: skip
    names = [word.removesuffix(":0").removesuffix(":1") for word in (single + " " + pair).split() if word[0] != "$"]
    return {"type": "TemplateProcessing", "single": list(items(single)), "pair": list(items(pair)),
            "special_tokens": {name: {"id": name, "ids": [ids(name)], "tokens": [name]} for name in names}}  # fmt: skip


def spaces(character, counts, special=False, normalized=True):
    return [token(character * count, special, normalized) for count in counts]


def bos(name, ids):
    return template(f"{name}:0 $A:0", f"{name}:0 $A:0 {name}:1 $B:1", ids)


def words(pattern, **rules):
    return sequence("pretokenizers", split(pattern, **rules), byte_level())


LLAMA3_TOKENS = [token(f"<|{name}|>") for name in ("begin_of_text", "end_of_text", "start_header_id", "end_header_id", "eot_id",
                                                 "reserved_special_token_0", "python_tag")]  # fmt: skip
QWEN_TOKENS = [*(token(f"<|{name}|>") for name in ("endoftext", "im_start", "im_end", "vision_pad")),
               *(token(name, special=False) for name in ("<tool_call>", "</tool_call>", "<think>", "</think>"))]  # fmt: skip
LLAMA2_TOKENS = [token("<unk>"), token("<s>"), token("</s>")]
PHI3_TOKENS = [token("<unk>"), token("<s>"), token("</s>", special=False, rstrip=True), token("<|endoftext|>"),
               *(token(f"<|{name}|>", rstrip=True) for name in ("assistant", "user", "end", "system", "placeholder1"))]  # fmt: skip
GEMMA_TOKENS = [*(token(f"<{name}>") for name in ("pad", "eos", "bos", "unk")), token("<mask>", special=False),
                token("<unused0>", special=False), token("<start_of_turn>"), token("<end_of_turn>"),
                *spaces("\n", range(1, 8), normalized=False), *spaces("\u2581", range(2, 8), normalized=False),
                *(token(name, special=False) for name in ("<table>", "</table>", "<h1>", "<strong>"))]  # fmt: skip
MODERNBERT_TOKENS = [token("|||IP_ADDRESS|||", False, True), token("<|padding|>"), *spaces(" ", range(24, 1, -1)),
                     token("|||EMAIL_ADDRESS|||", False, True), token("<|endoftext|>"), token("[UNK]"), token("[CLS]"), token("[SEP]"),
                     token("[PAD]"), token("[MASK]", lstrip=True), token("[unused0]", False, True)]  # fmt: skip
T5_TOKENS = [token("<pad>"), token("</s>"), token("<unk>"), *(token(f"<extra_id_{i}>") for i in (2, 1, 0))]
BERT_TOKENS = [*(token(f"[{name}]") for name in ("PAD", "UNK", "CLS", "SEP")), token("[MASK]", lstrip=True)]
DEBERTA_TOKENS = [*(token(f"[{name}]") for name in ("PAD", "CLS", "SEP")), token("[UNK]", normalized=True), token("[MASK]")]
PREPEND = sequence("normalizers", {"type": "Prepend", "prepend": "\u2581"}, replace(" ", "\u2581"))
GEMMA = {"normalizer": replace(" ", "\u2581"), "pre_tokenizer": split({"String": " "}, "MergedWithPrevious")}
FALLBACK = {"unk_token": "<unk>", "fuse_unk": True, "byte_fallback": True}
CHARSMAP = {"type": "Precompiled", "precompiled_charsmap": "@charsmap"}


def around(ids, cls="[CLS]", sep="[SEP]"):
    return template(f"{cls}:0 $A:0 {sep}:0", f"{cls}:0 $A:0 {sep}:0 $B:1 {sep}:1", ids)


# name: (kind of model, rules of the model, added tokens, members by a function of the ids).
FAMILIES = {
    "gpt2": ("bytes", {}, [token("<|endoftext|>", normalized=True)], lambda ids: {
        "pre_tokenizer": byte_level(regex=True), "post_processor": byte_level(True, False, True)}),
    "gpt_neox": ("bytes", {}, [token("<|endoftext|>"), token("<|padding|>"), *spaces(" ", range(24, 1, -1))], lambda ids: {
        "normalizer": {"type": "NFC"}, "pre_tokenizer": byte_level(regex=True), "post_processor": byte_level(regex=True)}),
    "opt": ("bytes", {}, [token("<pad>", normalized=True), token("</s>", normalized=True), token("<unk>", normalized=True)], lambda ids: {
        "pre_tokenizer": byte_level(regex=True), "post_processor": template("</s>:0 $A:0", "</s>:0 $A:0 </s>:0 $B:0", ids)}),
    "bloom": ("bytes", {}, [token(name) for name in ("<unk>", "<s>", "</s>", "<pad>")], lambda ids: {
        "pre_tokenizer": words(PATTERNS["bloom"]), "post_processor": byte_level(True, False, False)}),
    "llama3": ("bytes", {"ignore_merges": True}, LLAMA3_TOKENS, lambda ids: {
        "pre_tokenizer": words(PATTERNS["llama3"]),
        "post_processor": sequence("processors", byte_level(True, False, True), bos("<|begin_of_text|>", ids))}),
    "qwen2": ("bytes", {}, QWEN_TOKENS, lambda ids: {
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": sequence("pretokenizers", split(PATTERNS["qwen2"]), byte_level(trim=False)),
        "post_processor": byte_level(trim=False)}),
    "qwen3_embedding": ("bytes", {}, QWEN_TOKENS, lambda ids: {
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": sequence("pretokenizers", split(PATTERNS["qwen2"]), byte_level(trim=False)),
        "post_processor": sequence("processors", byte_level(trim=False),
                                   template("$A:0 <|endoftext|>:0", "$A:0 $B:1 <|endoftext|>:1", ids))}),
    "qwen3_5": ("bytes", {}, QWEN_TOKENS, lambda ids: {
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": sequence("pretokenizers", split(PATTERNS["qwen3_5"]), byte_level(trim=False)),
        "post_processor": byte_level(trim=False)}),
    "o200k": ("bytes", {"ignore_merges": True}, [token("<|endoftext|>"), token("<|user|>", rstrip=True), token("<|end|>", rstrip=True)],
              lambda ids: {"pre_tokenizer": words(PATTERNS["o200k"]), "post_processor": byte_level(True, False, True)}),
    "tekken": ("bytes", {"ignore_merges": True}, [token(name) for name in ("<unk>", "<s>", "</s>", "[INST]", "[/INST]", "<SPECIAL_20>")],
               lambda ids: {"pre_tokenizer": words(PATTERNS["tekken"]), "post_processor": template("<s>:0 $A:0", "<s>:0 $A:0 $B:1", ids)}),
    "olmo2": ("bytes", {}, [token("<|endoftext|>"), token("<|fim_prefix|>"), token("|||PHONE_NUMBER|||", False, True)], lambda ids: {
        "pre_tokenizer": words(PATTERNS["llama3"], behavior="Removed", invert=True), "post_processor": byte_level(True, False, True)}),
    "cl100k": ("bytes", {}, [token("<|endoftext|>"), token("<|im_start|>"), token("<|im_end|>")], lambda ids: {
        "pre_tokenizer": words(PATTERNS["cl100k"], behavior="Removed", invert=True), "post_processor": byte_level(True, False, True)}),
    "deepseek": ("bytes", {}, [token("<\uff5cbegin\u2581of\u2581sentence\uff5c>"), token("<\uff5cUser\uff5c>", special=False)], lambda ids: {
        "normalizer": sequence("normalizers"),
        "pre_tokenizer": sequence("pretokenizers", *map(split, PATTERNS["deepseek"]), byte_level()),
        "post_processor": bos("<\uff5cbegin\u2581of\u2581sentence\uff5c>", ids)}),
    "starcoder2": ("bytes", {}, [token("<|endoftext|>"), token("<fim_prefix>")], lambda ids: {
        "pre_tokenizer": sequence("pretokenizers", {"type": "Digits", "individual_digits": True}, byte_level(regex=True)),
        "post_processor": byte_level(True, False, True)}),
    "falcon": ("bytes", {}, [token(name, special=special) for name, special in ((">>TITLE<<", False), ("<|endoftext|>", True))], lambda ids: {
        "pre_tokenizer": sequence("pretokenizers", {"type": "Punctuation", "behavior": "Contiguous"}, byte_level(regex=True),
                                  {"type": "Digits", "individual_digits": False}, split("[0-9][0-9][0-9]"))}),
    "modernbert": ("bytes", {}, MODERNBERT_TOKENS, lambda ids: {
        "normalizer": {"type": "NFC"}, "pre_tokenizer": byte_level(regex=True), "post_processor": around(ids)}),
    "llama2": ("spaces", FALLBACK, LLAMA2_TOKENS, lambda ids: {"normalizer": PREPEND, "post_processor": bos("<s>", ids)}),
    "llama2_normalized": ("spaces", FALLBACK, [{**each, "normalized": True} for each in LLAMA2_TOKENS], lambda ids: {
        "normalizer": PREPEND, "post_processor": bos("<s>", ids)}),
    "llama_first": ("spaces", FALLBACK, LLAMA2_TOKENS, lambda ids: {
        "pre_tokenizer": metaspace("first", split=False), "post_processor": bos("<s>", ids)}),
    "llama_always": ("spaces", FALLBACK, LLAMA2_TOKENS, lambda ids: {
        "pre_tokenizer": metaspace("always", split=False), "post_processor": bos("<s>", ids)}),
    "llama_never": ("spaces", FALLBACK, LLAMA2_TOKENS, lambda ids: {
        "pre_tokenizer": metaspace("never", split=True), "post_processor": bos("<s>", ids)}),
    "mistral": ("spaces", {**FALLBACK, "ignore_merges": False}, [*LLAMA2_TOKENS, token("[INST]"), token("[/INST]"), token("[TOOL_CALLS]")],
                lambda ids: {"pre_tokenizer": metaspace("first", split=False),
                             "post_processor": template("<s>:0 $A:0", "<s>:0 $A:0 <s>:1 $B:1", ids)}),
    "phi3": ("spaces", FALLBACK, PHI3_TOKENS, lambda ids: {"normalizer": PREPEND, "post_processor": template("$A:0", "$A:0 $B:1", ids)}),
    "gemma": ("spaces", FALLBACK, GEMMA_TOKENS, lambda ids: {**GEMMA, "post_processor": bos("<bos>", ids)}),
    "embedding_gemma": ("spaces", FALLBACK, GEMMA_TOKENS, lambda ids: {
        **GEMMA, "post_processor": template("<bos>:0 $A:0 <eos>:0", "<bos>:0 $A:0 <eos>:0 <bos>:1 $B:1 <eos>:1", ids)}),
    "t5": ("unigram", {}, T5_TOKENS, lambda ids: {
        "normalizer": CHARSMAP, "pre_tokenizer": sequence("pretokenizers", {"type": "WhitespaceSplit"}, metaspace("always", split=True)),
        "post_processor": template("$A:0 </s>:0", "$A:0 </s>:0 $B:0 </s>:0", ids)}),
    "mt5": ("unigram", {}, T5_TOKENS[:3], lambda ids: {
        "normalizer": sequence("normalizers", CHARSMAP, {"type": "Strip", "strip_left": False, "strip_right": True},
                               replace({"Regex": " {2,}"}, "\u2581")),
        "pre_tokenizer": metaspace("always"), "post_processor": template("$A:0 </s>:0", "$A:0 </s>:0 $B:0 </s>:0", ids)}),
    "t5_first": ("unigram", {}, T5_TOKENS, lambda ids: {
        "normalizer": sequence("normalizers", CHARSMAP), "pre_tokenizer": metaspace("first", split=True),
        "post_processor": template("$A:0 </s>:0", "$A:0 </s>:0 $B:0 </s>:0", ids)}),
    "deberta_v3": ("unigram", {}, DEBERTA_TOKENS, lambda ids: {
        "normalizer": sequence("normalizers", {"type": "Strip", "strip_left": True, "strip_right": True}, CHARSMAP,
                               replace({"Regex": " {2,}"}, " ")),
        "pre_tokenizer": sequence("pretokenizers", metaspace("always")), "post_processor": around(ids)}),
    "deberta_v2": ("unigram", {}, DEBERTA_TOKENS, lambda ids: {
        "normalizer": sequence("normalizers", {"type": "Lowercase"}, replace({"Regex": r"\s{2,}|[\n\r\t]"}, " "), {"type": "NFC"},
                               {"type": "Strip", "strip_left": False, "strip_right": True}),
        "pre_tokenizer": sequence("pretokenizers", {"type": "Punctuation", "behavior": "Isolated"}, metaspace("always", split=True)),
        "post_processor": around(ids)}),
    "nomic_bert": ("words", {}, BERT_TOKENS, lambda ids: {
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None,
                       "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": around(ids)}),
}  # fmt: skip
