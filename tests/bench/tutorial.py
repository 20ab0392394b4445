"""The tutorial's program, printing the transcript that `mha --format tutorial` prints.

With --against MHA it times itself against that binary: both as whole processes, turn by turn.
"""

import argparse
import pathlib
import sys

from processes import measure, pairs

TEXT = "time flies like an arrow"
VOCABULARY = pathlib.Path(__file__).parents[2] / "vocab" / "bert-base-uncased" / "vocab.txt"


def tutorial():
    from math import sqrt

    import torch
    import torch.nn.functional as F
    from torch import nn
    from transformers import BertConfig, BertTokenizerFast

    def scaled_dot_product_attention(query, key, value):
        scores = torch.bmm(query, key.transpose(1, 2)) / sqrt(query.size(-1))
        return torch.bmm(F.softmax(scores, dim=-1), value)

    class AttentionHead(nn.Module):
        def __init__(self, embed_dim, head_dim):
            super().__init__()
            self.q = nn.Linear(embed_dim, head_dim)
            self.k = nn.Linear(embed_dim, head_dim)
            self.v = nn.Linear(embed_dim, head_dim)

        def forward(self, query, key, value):
            return scaled_dot_product_attention(self.q(query), self.k(key), self.v(value))

    class MultiHeadAttention(nn.Module):
        def __init__(self, config):
            super().__init__()
            embed_dim, num_heads = config.hidden_size, config.num_attention_heads
            head_dim = embed_dim // num_heads
            show("embed_dim的数量", embed_dim)
            show("num_heads的数量", num_heads)
            show("head_dim的数量", head_dim)
            self.heads = nn.ModuleList(AttentionHead(embed_dim, head_dim) for _ in range(num_heads))
            self.output_linear = nn.Linear(embed_dim, embed_dim)

        def forward(self, query, key, value):
            show("query的size", query.size())
            x = torch.cat([head(query, key, value) for head in self.heads], dim=-1)
            show("x的size", x.size())
            return self.output_linear(x)

    def show(label, value):
        print(f"{label}:\n{value}\n==================")

    config = BertConfig()  # the sizes of bert-base-uncased, without asking the network
    tokenizer = BertTokenizerFast(vocab=str(VOCABULARY))
    ids = tokenizer(TEXT, return_tensors="pt", add_special_tokens=False).input_ids
    embeddings = nn.Embedding(config.vocab_size, config.hidden_size)(ids)
    attention = MultiHeadAttention(config)
    show("output的size", attention(embeddings, embeddings, embeddings).size())


def compare(mha, rounds):
    programs = {
        "Python": [sys.executable, __file__],
        "mha": [mha, "--text", TEXT, "--format", "tutorial"],
    }
    transcripts = {measure(command).output for command in programs.values()}  # and warms the file cache
    if len(transcripts) != 1:
        sys.exit("the two transcripts differ:\n" + "".join(t.decode() for t in transcripts))
    print(f"median of {rounds} pairs: mha is {pairs(rounds, programs):.0f} times faster")


arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
arguments.add_argument("--against", metavar="MHA", help="the binary to be timed against")
arguments.add_argument("--rounds", type=int, default=10, help="pairs of runs (default: 10)")
options = arguments.parse_args()
if options.against:
    compare(options.against, options.rounds)
else:
    tutorial()
