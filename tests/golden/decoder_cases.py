"""Cases of decoders with LayerNorm: GPT-2, GPT-NeoX, OPT, BLOOM, Phi."""

import torch

import gemma_cases
import llama_cases
import multimodal_cases
from checkpoint_case import ALL, SHORT, Case
from llama_cases import IDS, LONG, ONE, PAIR, SMALL, THREE

GPT2 = dict(vocab_size=41, n_positions=13, n_embd=18, n_layer=2, n_head=3, bos_token_id=1, eos_token_id=2)


def with_buffers(tensors):
    """The mask and its value, which old versions kept in the file."""
    added = {}
    for name in tensors:
        if name.endswith("attn.c_attn.weight"):
            stem = name.removesuffix("c_attn.weight")
            added[stem + "bias"] = torch.ones(13, 13).tril()[None, None]
            added[stem + "masked_bias"] = torch.tensor(-1e4)
    return tensors | added


def gpt2():
    yield Case("gpt2", "all tensors, 3 heads of 6", "GPT2LMHeadModel", GPT2, PAIR, keep=ALL)
    config = GPT2 | dict(n_inner=13, scale_attn_by_inverse_layer_idx=True, activation_function="gelu")
    about = "scores divided by the layer's number, n_inner, gelu; a text of n_positions tokens"
    yield Case("gpt2_inverse_layer", about, "GPT2LMHeadModel", config, LONG, keep=SHORT)
    config = GPT2 | dict(n_layer=1, n_inner=13, scale_attn_weights=False, layer_norm_epsilon=0.01)
    yield Case("gpt2_unscaled", "scores not scaled, a large eps", "GPT2Model", config, IDS, keep=SHORT, gain=0.8)
    about = "no prefix, and buffers in the file"
    yield Case("gpt2_old_names", about, "GPT2Model", GPT2 | dict(n_layer=1, n_inner=13), IDS, rename=with_buffers)
    config = GPT2 | dict(n_layer=1, n_inner=13)
    yield Case("gpt2_f16", "weights in F16", "GPT2LMHeadModel", config, IDS, keep=SHORT, dtype=torch.float16)


def old_pythia(config):
    """rotary_pct and rotary_emb_base as the checkpoints of Pythia have them."""
    rope = config.pop("rope_parameters")
    return config | dict(rotary_pct=rope["partial_rotary_factor"], rotary_emb_base=rope["rope_theta"])


def pythia_buffers(tensors):
    """The mask, its value and the frequencies, which old versions kept in the file."""
    added = {}
    for name in tensors:
        if name.endswith("query_key_value.weight"):
            stem = name.removesuffix("query_key_value.weight")
            added[stem + "bias"] = torch.ones(16, 16, dtype=torch.bool).tril()[None, None]
            added[stem + "masked_bias"] = torch.tensor(-1e9)
            added[stem + "rotary_emb.inv_freq"] = torch.tensor([1.0, 0.01])
    return tensors | added


NEOX = dict(vocab_size=41, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=13)
NEOX |= dict(max_position_embeddings=16, bos_token_id=1, eos_token_id=2)


def gpt_neox():
    quarter = dict(hidden_size=48, rope_parameters=dict(rope_theta=100.0, partial_rotary_factor=0.25))
    config = NEOX | quarter | dict(num_hidden_layers=1)
    about = "all tensors, 4 of a head's 16 features rotated, parallel, keys and buffers as in Pythia"
    edits = dict(rename=pythia_buffers, edit=old_pythia)
    yield Case("gpt_neox", about, "GPTNeoXForCausalLM", config, PAIR, keep=ALL, **edits)
    half = dict(rope_parameters=dict(rope_type="linear", factor=4.0, rope_theta=100.0, partial_rotary_factor=0.5))
    config = NEOX | ONE | half | dict(use_parallel_residual=False, attention_bias=False, tie_word_embeddings=True)
    about = "one branch after the other, half rotated and scaled, attention without biases"
    yield Case("gpt_neox_sequential", about, "GPTNeoXForCausalLM", config, LONG, keep=SHORT)


OPT = dict(vocab_size=41, hidden_size=18, num_hidden_layers=2, num_attention_heads=3, ffn_dim=13)
OPT |= dict(max_position_embeddings=12)  # as many as the longest text has tokens


def opt():
    yield Case("opt", "all tensors, positions from row 2 on", "OPTForCausalLM", OPT, PAIR, keep=ALL)
    config = OPT | dict(do_layer_norm_before=False, word_embed_proj_dim=12)
    about = "norms behind, embeddings projected in and out as in OPT-350m, no model. prefix"
    yield Case("opt_post_norm", about, "OPTModel", config, LONG, keep=["embeddings", "weights", "final"])
    plain = dict(enable_bias=False, layer_norm_elementwise_affine=False, activation_function="gelu")
    about = "no biases and norms without numbers as in Galactica"
    yield Case("opt_no_biases", about, "OPTForCausalLM", OPT | ONE | plain, IDS, keep=SHORT)


BLOOM = dict(vocab_size=41, hidden_size=20, n_layer=2, n_head=5)


def bloom():
    yield Case("bloom", "all tensors, 5 heads, prefix", "BloomForCausalLM", BLOOM, PAIR, keep=ALL)
    config = BLOOM | dict(hidden_size=24, n_head=12, n_layer=1, apply_residual_connection_post_layernorm=True)
    old = lambda c: {{"hidden_size": "n_embed"}.get(key, key): value for key, value in c.items()}
    about = "residuals from behind the norms, 12 heads, n_embed, no prefix"
    yield Case("bloom_post_norm", about, "BloomModel", config, LONG, keep=SHORT, edit=old)


PHI = SMALL | THREE | dict(partial_rotary_factor=0.5)


def phi():
    config = PHI | dict(num_key_value_heads=3, tie_word_embeddings=False)
    yield Case("phi", "all tensors, one norm for parallel branches", "PhiForCausalLM", config, PAIR, keep=ALL)
    config = PHI | ONE | dict(qk_layernorm=True)
    yield Case("phi_qk_layernorm", "norms of query and key, 3 heads on one", "PhiModel", config, IDS, keep=SHORT)


def cases():
    yield from gpt2()
    yield from llama_cases.cases()
    yield from gemma_cases.cases()
    yield from gpt_neox()
    yield from opt()
    yield from bloom()
    yield from phi()
    yield from multimodal_cases.cases()
