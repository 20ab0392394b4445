"""Cases of decoders with the wiring of Llama: rotary positions, groups of heads, RMSNorm, gated feed-forward."""

import torch

from checkpoint_case import ALL, SHORT, Case

# Two layers of 6 heads of 4 that share 2 key-value heads.
SMALL = dict(vocab_size=41, hidden_size=24, num_hidden_layers=2, num_attention_heads=6, num_key_value_heads=2)
SMALL |= dict(intermediate_size=13, max_position_embeddings=64, pad_token_id=0, tie_word_embeddings=True)
ONE = dict(num_hidden_layers=1)
THREE = dict(num_attention_heads=3, num_key_value_heads=1)  # of 8
WIDE = THREE | dict(head_dim=16)  # 48 beside a hidden size of 24

IDS = [[2, 40, 7, 7, 30, 12, 3, 9], [5]]
LONG = [[2, 40, 7, 7, 30, 12, 3, 9, 9, 1, 33, 18], [2, 9, 0, 3, 22]]
PAIR = [[2, 40, 7, 7, 30], [9, 3]]


def rope(kind, theta=100.0, **numbers):
    """Of a theta so small that scaling shows in a short text."""
    return dict(rope_parameters=dict(rope_type=kind, rope_theta=theta, **numbers))


def old_rope(config):
    """rope_theta and rope_scaling as checkpoints had them before there was rope_parameters."""
    parameters = config.pop("rope_parameters")
    config["rope_theta"] = parameters.pop("rope_theta")
    kind = parameters.pop("rope_type")
    config["rope_scaling"] = None if kind == "default" else dict(type=kind, **parameters)
    return config


def newer_rope(config):
    """rope_scaling with rope_type, beside rope_theta."""
    config = old_rope(config)
    config["rope_scaling"]["rope_type"] = config["rope_scaling"].pop("type")
    return config


def llama():
    base = SMALL | THREE
    config = SMALL | dict(tie_word_embeddings=False)
    about = "all tensors, 6 heads on 2, own weights of the language head"
    yield Case("llama", about, "LlamaForCausalLM", config, PAIR, keep=ALL)
    # Of the frequencies 1, 0.32, 0.1 and 0.03 the first stays, the second is in between, the others are divided.
    llama3 = rope("llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32)
    config = base | ONE | llama3
    about = "llama3 scaling under rope_scaling"
    yield Case("llama_llama3", about, "LlamaForCausalLM", config, LONG, keep=SHORT, edit=newer_rope)
    config = base | ONE | rope("linear", factor=4.0)
    about = "linear scaling under rope_scaling with a type"
    yield Case("llama_linear", about, "LlamaForCausalLM", config, LONG, keep=SHORT, edit=old_rope)
    config = base | ONE | rope("dynamic", factor=2.5) | dict(max_position_embeddings=5)
    about = "dynamic scaling: longer than, and as long as max_position_embeddings"
    yield Case("llama_dynamic", about, "LlamaModel", config, LONG, keep=SHORT, alone=True)
    yarn = rope("yarn", factor=4.0, original_max_position_embeddings=16, beta_fast=4.0)
    config = base | ONE | yarn
    yield Case("llama_yarn", "yarn with its own attention factor", "LlamaModel", config, LONG, keep=SHORT)
    mscale = dict(mscale=0.7, mscale_all_dim=1.2, truncate=False, beta_fast=3.0, beta_slow=0.5)
    yarn = rope("yarn", factor=4.0, original_max_position_embeddings=16, **mscale)
    yield Case("llama_yarn_mscale", "yarn with mscale, not truncated", "LlamaModel", base | ONE | yarn, LONG)
    longrope = dict(short_factor=[1.0, 1.1, 1.2, 1.3], long_factor=[1.5, 2.0, 3.0, 4.0], factor=3.0)
    config = base | ONE | rope("longrope", original_max_position_embeddings=8, **longrope)
    about = "longrope with a factor: longer and shorter than the original length"
    yield Case("llama_longrope", about, "LlamaModel", config, LONG, alone=True)
    config = SMALL | ONE | dict(attention_bias=True, mlp_bias=True, hidden_act="gelu", rms_norm_eps=0.01)
    yield Case("llama_biases", "biases everywhere, gelu, a large eps", "LlamaForCausalLM", config, IDS, keep=SHORT)
    config = SMALL | ONE | dict(hidden_size=48, head_dim=16)
    about = "weights in BF16, 6 heads of 16 beside a hidden size of 48"
    bf16 = dict(keep=SHORT, dtype=torch.bfloat16)
    yield Case("llama_bf16", about, "LlamaForCausalLM", config, PAIR, **bf16)
    config = SMALL | ONE | dict(is_causal=False)
    yield Case("llama_bidirectional", "is_causal false", "LlamaModel", config, IDS, keep=SHORT)


def mistral():
    odd = dict(num_attention_heads=5, num_key_value_heads=1, head_dim=6)  # which does not divide the hidden size
    config = SMALL | odd | dict(sliding_window=3)
    about = "all tensors, a window of 3, 5 heads of 6 beside a hidden size of 24"
    yield Case("mistral", about, "MistralForCausalLM", config, PAIR, keep=ALL)
    config = SMALL | ONE | dict(sliding_window=None) | rope("default", 1e6)
    yield Case("mistral_full", "no window, rope_theta", "MistralModel", config, LONG, keep=SHORT, edit=old_rope)


def qwen():
    config = SMALL | THREE
    yield Case("qwen2", "all tensors, biases of q, k, v", "Qwen2ForCausalLM", config, PAIR, keep=ALL)
    window = dict(use_sliding_window=True, sliding_window=3, max_window_layers=1)
    no_types = lambda c: {k: v for k, v in c.items() if k != "layer_types"}
    about = "a window of 3 from layer 1 on"
    yield Case("qwen2_window", about, "Qwen2Model", config | window, LONG, keep=SHORT, edit=no_types)
    types = window | dict(layer_types=["sliding_attention", "full_attention"])
    yield Case("qwen2_layer_types", "the window by layer_types", "Qwen2Model", config | types, LONG, keep=SHORT)
    off = config | ONE | dict(use_sliding_window=False, sliding_window=2, max_window_layers=0)
    yield Case("qwen2_window_off", "a window that is not used", "Qwen2Model", off, IDS, edit=no_types)
    config = SMALL | WIDE
    about = "all tensors, norms of query and key, 3 heads of 16 beside a hidden size of 24"
    yield Case("qwen3", about, "Qwen3ForCausalLM", config, PAIR, keep=ALL)
    config = SMALL | WIDE | ONE | dict(attention_bias=True)
    about = "no prefix as in Qwen3-Embedding, biases of attention"
    yield Case("qwen3_embedding", about, "Qwen3Model", config, IDS, keep=SHORT)
    yarn = rope("yarn", factor=4.0, original_max_position_embeddings=16)
    config = SMALL | WIDE | window | yarn | dict(max_window_layers=0) | ONE
    about = "yarn under rope_scaling, a window in every layer"
    yield Case("qwen3_yarn", about, "Qwen3ForCausalLM", config, LONG, edit=newer_rope)


def phi3():
    about = "all tensors, fused projections, 3 of 4 features rotated, a window of 3"
    config = SMALL | THREE | dict(partial_rotary_factor=0.75, sliding_window=3)
    yield Case("phi3", about, "Phi3ForCausalLM", config, PAIR, keep=ALL)
    factors = dict(short_factor=[1.0, 1.1, 1.2], long_factor=[1.5, 2.5, 4.0])
    config = SMALL | THREE | rope("longrope", **factors)
    config |= dict(partial_rotary_factor=0.75, original_max_position_embeddings=8)
    about = "longrope: longer and shorter than the original length"
    yield Case("phi3_longrope", about, "Phi3ForCausalLM", config, LONG, keep=SHORT, alone=True)

    def su(config):
        """As the first checkpoints called it, with the part rotated at the top."""
        parameters = old_rope(config)["rope_scaling"]
        part = parameters.pop("partial_rotary_factor")
        return config | dict(partial_rotary_factor=part, rope_scaling=parameters | dict(type="su"))

    yield Case("phi3_su", "longrope as su", "Phi3Model", config | ONE, LONG, edit=su, alone=True)


def olmo2():
    about = "all tensors, norms of the whole query and key, norms behind the branches only"
    yield Case("olmo2", about, "Olmo2ForCausalLM", SMALL, PAIR, keep=ALL)


def cases():
    yield from llama()
    yield from mistral()
    yield from qwen()
    yield from phi3()
    yield from olmo2()
