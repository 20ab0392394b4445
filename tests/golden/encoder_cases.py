"""Cases of the families with the wiring of BERT."""

import functools

import torch

from checkpoint_case import ALL, BRIEF, Case

SMALL = dict(vocab_size=41, hidden_size=12, num_hidden_layers=2, num_attention_heads=2, intermediate_size=21)
BERT = SMALL | dict(max_position_embeddings=7)  # as many positions as the longest sequence has tokens
ONE = BERT | dict(num_hidden_layers=1)
WIDE = dict(hidden_size=20, intermediate_size=22)  # 2 heads of 10
THREE = dict(hidden_size=18, num_attention_heads=3)  # of 6
ROBERTA = SMALL | dict(max_position_embeddings=7, pad_token_id=1, type_vocab_size=1, layer_norm_eps=1e-5)
DISTILBERT = dict(vocab_size=41, dim=12, n_layers=2, n_heads=2, hidden_dim=21, max_position_embeddings=7)

IDS = [[2, 40, 7, 7, 30, 12, 3], [5], [2, 9, 0, 3]]
TYPES = [[0, 0, 0, 1, 1, 1, 1], [1], [0, 1, 0, 1]]
# The padding id within a text takes no position of its own, so that eight tokens fit into seven positions from 2 on.
PADDED = [[0, 40, 1, 30, 1, 1, 12, 2], [5], [1, 8, 2]]
LONG = [[(i * i + 3 * i) % 39 + 2 for i in range(100)], [(7 * i) % 39 + 2 for i in range(60)]]


plain = functools.partial(Case, gain=None)


def old_names(tensors):
    new = lambda name: name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
    return {new(name): tensor for name, tensor in tensors.items()}


def cases():
    yield plain("bert", "all tensors, 2 heads of 10", "BertModel", BERT | WIDE, IDS, TYPES, ALL)
    yield plain("bert_masked_lm", "a prefix and a head", "BertForMaskedLM", BERT, IDS)
    yield plain("bert_old_names", "gamma and beta", "BertForPreTraining", BERT, IDS, rename=old_names)
    for activation in ("gelu_new", "gelu_pytorch_tanh", "relu", "silu"):
        config = ONE | dict(hidden_act=activation)
        yield plain(f"bert_{activation}", f"activation {activation}", "BertModel", config, IDS, TYPES)
    yield plain("bert_f16", "weights in F16", "BertModel", ONE, IDS, TYPES, BRIEF, torch.float16)
    yield plain("bert_bf16", "weights in BF16", "BertModel", ONE, IDS, TYPES, BRIEF, torch.bfloat16)
    yield plain("bert_f64", "weights in F64", "BertModel", ONE, IDS, TYPES, BRIEF, torch.float64)
    yield plain("bert_sharded", "several files", "BertModel", BERT, IDS, TYPES, shard="6KB")
    yield plain("roberta", "positions that skip padding", "RobertaModel", ROBERTA, PADDED, None, BRIEF + ["scores"])
    classifier = "XLMRobertaForSequenceClassification"
    yield plain("xlm_roberta", "a classifier", classifier, ROBERTA, PADDED, None, BRIEF)
    camembert = dict(pad_token_id=3, max_position_embeddings=12)
    kind = "CamembertForTokenClassification"
    yield plain("camembert", "another padding id", kind, ROBERTA | camembert, PADDED, None, BRIEF)
    distilbert = DISTILBERT | dict(activation="relu")
    yield plain("distilbert", "all tensors", "DistilBertForMaskedLM", distilbert, IDS, None, ALL)
    electra = BERT | THREE | dict(embedding_size=7)
    yield plain("electra", "embeddings projected, 3 heads", "ElectraForPreTraining", electra, IDS, TYPES, ALL)
    equal = ONE | dict(embedding_size=12)
    yield plain("electra_equal", "embeddings as wide as the layers", "ElectraModel", equal, IDS, TYPES)
    mpnet = SMALL | dict(max_position_embeddings=16)
    yield plain("mpnet", "bias by distance", "MPNetModel", mpnet, [PADDED[0], LONG[0][:14]], None, ALL)
    mpnet = SMALL | dict(num_hidden_layers=1, max_position_embeddings=102)
    yield plain("mpnet_long", "distances up to the last bucket", "MPNetForMaskedLM", mpnet, LONG)
    groups = dict(embedding_size=7, num_hidden_layers=3, num_hidden_groups=2, inner_group_num=2)
    yield plain("albert", "groups of shared layers", "AlbertModel", BERT | groups, IDS, TYPES, BRIEF)
    albert = dict(embedding_size=12, hidden_act="gelu")
    yield plain("albert_masked_lm", "a prefix and a head", "AlbertForMaskedLM", BERT | albert, IDS)
    # Transformers finds a layer's group by a division of doubles: layer 9 is in group 6, not 9 * 14 / 18 = 7.
    uneven = dict(hidden_size=6, num_attention_heads=1, intermediate_size=5, num_hidden_layers=18, num_hidden_groups=14)
    config = BERT | uneven | dict(embedding_size=4)
    yield plain("albert_uneven", "groups that do not divide the layers", "AlbertModel", config, IDS, TYPES)
