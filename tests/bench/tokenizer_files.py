"""Makes tokenizer.json files of the kinds and sizes of published ones, of made-up pieces: the same at each run."""

import math
import random

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

LATIN = "etaoinshrdlucmfwypvbgkjqxz"
CYRILLIC = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф"
HAN = "".join(map(chr, range(0x4E00, 0x5A00)))


def words(draw, count, taken=()):
    """Different words, two of ten in Cyrillic and one of ten in Chinese characters."""
    made = set(taken)
    fresh = []
    while len(fresh) < count:
        letters, longest = draw.choices([(LATIN, 12), (CYRILLIC, 10), (HAN, 4)], [7, 2, 1])[0]
        word = draw.choice(["", "▁"]) + "".join(draw.choices(letters, k=draw.randint(2, longest)))
        if word not in made:
            made.add(word)
            fresh.append(word)
    return fresh


def merged(draw, pieces, count):
    """Appends pieces, each of two that stand before it; gives the pairs. The first ones are used most."""
    known, pairs = set(pieces), []
    while len(pairs) < count:
        left, right = (pieces[int(len(pieces) * draw.random() ** 2)] for _ in range(2))
        if len(left) + len(right) > 14 or left + right in known:
            continue
        known.add(left + right)
        pieces.append(left + right)
        pairs.append((left, right))
    return pairs


def numbered(pieces):
    return {piece: number for number, piece in enumerate(pieces)}


def byte_level_bpe(draw):
    """As GPT-2: 50257 pieces."""
    pieces = sorted(pre_tokenizers.ByteLevel.alphabet())
    pairs = merged(draw, pieces, 50000)
    tokenizer = Tokenizer(models.BPE(numbered(pieces), pairs))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.add_special_tokens(["<|endoftext|>"])
    return tokenizer


def byte_fallback_bpe(draw):
    """As Llama 2: 32000 pieces."""
    special = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    pieces = ["▁", *LATIN, *LATIN.upper(), *CYRILLIC, *HAN[:700]]
    pairs = merged(draw, pieces, 32000 - len(special) - len(pieces))
    model = models.BPE(numbered(special + pieces), pairs, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in special[:3]])
    return tokenizer


def unigram(draw):
    """As XLM-RoBERTa: 250002 pieces."""
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    pieces = [*LATIN, *CYRILLIC, *HAN, "▁"]
    pieces += words(draw, 250002 - len(special) - len(pieces), pieces)
    scored = [(piece, -math.log(rank + 2) - draw.random()) for rank, piece in enumerate(pieces)]
    vocabulary = [(token, 0.0) for token in special[:4]] + scored + [(special[4], 0.0)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens(special)
    return tokenizer


def make(folder):
    """Writes one file of each kind; gives their paths."""
    files = []
    for build in (byte_level_bpe, byte_fallback_bpe, unigram):
        files.append(folder / f"{build.__name__}.json")
        build(random.Random(7)).save(str(files[-1]))
    return files
