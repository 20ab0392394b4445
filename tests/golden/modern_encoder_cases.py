"""Cases of encoders beyond BERT: ModernBERT, NomicBERT, GTE, DeBERTa-v2, T5 and mT5."""

import torch

from checkpoint_case import ALL, SHORT, Case
from llama_cases import IDS, LONG, PAIR

SMALL = dict(vocab_size=41, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=13)
SMALL |= dict(max_position_embeddings=64, pad_token_id=0, bos_token_id=1, eos_token_id=2)
ONE = dict(num_hidden_layers=1)
PAIR_TYPES = [[0, 0, 1, 1, 1], [1, 0]]
LONG_TYPES = [[0] * 5 + [1] * 7, [1, 0, 0, 1, 1]]
LONGER = [[(i * i + 3 * i) % 39 + 2 for i in range(20)]]


def modernbert():
    base = SMALL | dict(cls_token_id=1, sep_token_id=2)
    ropes = dict(full_attention=dict(rope_type="default", rope_theta=1000.0))
    ropes |= dict(sliding_attention=dict(rope_type="default", rope_theta=10.0))
    config = base | dict(local_attention=4, rope_parameters=ropes)
    about = "all tensors, no norm before layer 0, 2 keys to either side in layer 1, two rotary bases"
    yield Case("modernbert", about, "ModernBertForMaskedLM", config, PAIR, keep=ALL)

    def old(config):
        thetas = {k: config["rope_parameters"][k + "_attention"]["rope_theta"] for k in ("full", "sliding")}
        kept = {k: v for k, v in config.items() if k not in ("rope_parameters", "layer_types")}
        kept |= dict(global_rope_theta=thetas["full"], local_rope_theta=thetas["sliding"])
        return kept | dict(global_attn_every_n_layers=2)

    config = base | dict(local_attention=6, rope_parameters=ropes, num_hidden_layers=3, global_attn_every_n_layers=2)
    about = "the keys of the first checkpoints, every second layer full, 3 keys to either side in the others"
    yield Case("modernbert_old", about, "ModernBertForMaskedLM", config, LONG, edit=old, keep=SHORT)
    types = dict(layer_types=["sliding_attention", "full_attention"], hidden_activation="silu")
    biases = dict(norm_bias=True, attention_bias=True, mlp_bias=True, local_attention=5)
    about = "biases everywhere, layer_types, an odd local_attention, no prefix"
    yield Case("modernbert_biases", about, "ModernBertModel", base | types | biases, LONG, keep=SHORT)


def nomic_bert():
    native = SMALL | dict(type_vocab_size=2, rope_parameters=dict(rope_type="default", rope_theta=100.0))
    about = "all tensors, the keys of Transformers"
    yield Case("nomic_bert_native", about, "NomicBertModel", native, PAIR, PAIR_TYPES, ALL)

    def hub(config):
        """The keys of the hub's own code."""
        names = dict(hidden_size="n_embd", num_hidden_layers="n_layer", num_attention_heads="n_head")
        names |= dict(intermediate_size="n_inner", layer_norm_eps="layer_norm_epsilon")
        shown = {new: config[name] for name, new in names.items()}
        shown |= {name: config[name] for name in ("vocab_size", "type_vocab_size", "pad_token_id", "model_type")}
        shown |= dict(activation_function="swiglu", causal=False, qkv_proj_bias=False, prenorm=False, n_positions=64)
        shown |= dict(mlp_fc1_bias=False, mlp_fc2_bias=False, rotary_emb_fraction=1.0, rotary_emb_base=100)
        shown |= dict(rotary_emb_interleaved=False, rotary_emb_scale_base=None, max_trained_positions=8)
        return dict(architectures=["NomicBertModel"]) | shown | dict(rotary_scaling_factor=2)

    def dynamic(model, length):
        """NomicBertDynamicNTKRotaryEmbedding, whose base is a Python float."""
        dim = model.config.head_dim
        base = 100.0 * ((2 * length / 8) - (2 - 1)) ** (dim / (dim - 2)) if length > 8 else 100.0
        model.rotary_emb.inv_freq = 1.0 / (base ** (torch.arange(0, dim, 2, dtype=torch.float32) / dim))

    # The hub's code makes the gated layers of a multiple of 256 features.
    config = native | ONE | dict(hidden_size=12, intermediate_size=256, num_attention_heads=2)
    about = "the keys of the hub's own code, dynamic scaling in a text longer than max_trained_positions"
    made = dict(keep=SHORT, publish=hub, adapt=dynamic, alone=True)
    yield Case("nomic_bert", about, "NomicBertModel", config, LONG, LONG_TYPES, **made)


def gte():
    native = SMALL | dict(type_vocab_size=2, rope_parameters=dict(rope_type="default", rope_theta=100.0))
    yield Case("gte", "all tensors, the keys of Transformers", "GteForMaskedLM", native, PAIR, PAIR_TYPES, ALL)

    def hub(config):
        """The keys of the hub's own code, where the family is called new."""
        kept = {k: v for k, v in config.items() if k not in ("rope_parameters", "head_dim")}
        kept |= dict(model_type="new", architectures=["NewModel"], rope_theta=100, position_embedding_type="rope")
        kept |= dict(rope_scaling=dict(type="ntk", factor=3.0), layer_norm_type="layer_norm", pack_qkv=True)
        return kept | dict(logn_attention_scale=False, logn_attention_clip1=False)

    def ntk(model, length):
        """NTKScalingRotaryEmbedding, which scales at any length."""
        dim = model.config.hidden_size // model.config.num_attention_heads
        inv_freq = 1.0 / ((100.0 * 3.0) ** (torch.arange(0, dim, 2).float() / dim))
        model.rotary_emb.inv_freq = inv_freq / 3.0 ** (2 / dim)

    about = "the keys and the prefix of the hub's own code, ntk scaling, no token types"
    made = dict(rename=lambda tensors: {"new." + n: t for n, t in tensors.items()}, publish=hub, adapt=ntk)
    yield Case("new", about, "GteModel", native | ONE | dict(type_vocab_size=0), LONG, keep=SHORT, **made)


def deberta():
    # Positions count from -12 to 11, for the longest text has as many tokens as there are positions.
    v2 = SMALL | dict(relative_attention=True, pos_att_type="c2p|p2c", max_position_embeddings=12, type_vocab_size=2)
    about = "all tensors, own projections of positions, also added to the input, token types"
    yield Case("deberta_v2", about, "DebertaV2ForMaskedLM", v2, PAIR, PAIR_TYPES, ALL)
    v3 = dict(share_att_key=True, position_buckets=8, norm_rel_ebd="layer_norm", type_vocab_size=0)
    v3 |= dict(position_biased_input=False, max_position_embeddings=64, pos_att_type=["p2c", "c2p"])
    about = "shared projections, log buckets, positions normed and not added to the input"
    yield Case("deberta_v3", about, "DebertaV2ForMaskedLM", v2 | v3, LONGER, keep=SHORT)
    c2p = v2 | ONE | dict(pos_att_type=["c2p"], max_relative_positions=4)
    c2p |= dict(embedding_size=10, position_biased_input=False)
    about = "c2p only, distances beyond max_relative_positions, embeddings projected"
    yield Case("deberta_c2p", about, "DebertaV2Model", c2p, LONG, LONG_TYPES, SHORT)
    plain = v2 | ONE | dict(relative_attention=False, type_vocab_size=0)
    about = "no relative attention, but the scale of three products"
    yield Case("deberta_plain", about, "DebertaV2Model", plain, IDS)


T5 = dict(vocab_size=41, d_model=24, d_kv=6, d_ff=13, num_layers=2, num_heads=3, pad_token_id=0)
T5 |= dict(relative_attention_num_buckets=8, relative_attention_max_distance=16)


def t5():
    no_scale = dict(gain=0.9)  # scores are not divided by anything
    about = "all tensors, relu, 3 heads of 6 beside a hidden size of 24"
    yield Case("t5", about, "T5EncoderModel", T5, PAIR, keep=ALL, reader="T5EncoderModel", **no_scale)
    config = T5 | dict(num_layers=1, feed_forward_proj="gated-silu", layer_norm_epsilon=0.01)
    about = "the encoder of a whole model, gated-silu, a large eps"
    made = dict(keep=SHORT, reader="T5EncoderModel", **no_scale)
    yield Case("t5_conditional", about, "T5ForConditionalGeneration", config, LONG, **made)
    about = "gated-gelu, distances up to the last bucket"
    config = T5 | dict(feed_forward_proj="gated-gelu")
    made = dict(keep=SHORT, reader="MT5EncoderModel", **no_scale)
    yield Case("mt5", about, "MT5EncoderModel", config, LONGER, **made)


def cases():
    yield from modernbert()
    yield from nomic_bert()
    yield from gte()
    yield from deberta()
    yield from t5()
