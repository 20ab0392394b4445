"""Cases of Gemma: norms of 1 + weight, embeddings times sqrt(hidden size), four norms a layer, two rotary bases."""

from checkpoint_case import ALL, SHORT, Case
from llama_cases import IDS, LONG, ONE, PAIR, SMALL, THREE

BASE = SMALL | THREE | dict(head_dim=10)


def gemma():
    yield Case("gemma", "all tensors, 3 heads of 10 on one", "GemmaForCausalLM", BASE, PAIR, keep=ALL)
    # The checkpoints on the hub have both keys, and "gelu" means gelu_pytorch_tanh.
    hub = lambda config: config | dict(hidden_act="gelu", hidden_activation=None)
    config = BASE | ONE | dict(attention_bias=True)
    yield Case("gemma_gelu", "hidden_act gelu, biases", "GemmaModel", config, IDS, keep=SHORT, edit=hub)


def gemma2():
    config = BASE | dict(sliding_window=3, query_pre_attn_scalar=24, attn_logit_softcapping=1.5)
    about = "all tensors, a cap of 1.5, a window of 3 in layer 0, its own scale"
    no_types = lambda c: {k: v for k, v in c.items() if k != "layer_types"}
    yield Case("gemma2", about, "Gemma2ForCausalLM", config, PAIR, keep=ALL, edit=no_types)
    types = dict(layer_types=["full_attention", "sliding_attention"], sliding_window=2)
    config = BASE | types | dict(attn_logit_softcapping=None, query_pre_attn_scalar=9)
    yield Case("gemma2_uncapped", "no cap, layer_types", "Gemma2Model", config, LONG, keep=SHORT)


def gemma3():
    ropes = dict(full_attention=dict(rope_type="linear", rope_theta=1000.0, factor=4.0))
    ropes |= dict(sliding_attention=dict(rope_type="default", rope_theta=10.0))
    types = dict(layer_types=["sliding_attention", "full_attention"], rope_parameters=ropes)
    config = BASE | types | dict(sliding_window=3, query_pre_attn_scalar=24)
    about = "all tensors, two rotary bases, one scaled, a window of 3"
    yield Case("gemma3_text", about, "Gemma3ForCausalLM", config, PAIR, keep=ALL)

    def old(config):
        ropes = config.pop("rope_parameters")
        del config["layer_types"]
        full = ropes["full_attention"]
        scaling = dict(rope_type="linear", factor=full["factor"])
        config |= dict(rope_theta=full["rope_theta"], rope_scaling=scaling, sliding_window_pattern=3)
        return config | dict(rope_local_base_freq=ropes["sliding_attention"]["rope_theta"])

    layers = ["sliding_attention", "sliding_attention", "full_attention"]
    config = config | dict(num_hidden_layers=3, layer_types=layers, attn_logit_softcapping=1.5)
    about = "the keys of the first checkpoints, every third layer full; a cap that is not used"
    yield Case("gemma3_text_old", about, "Gemma3TextModel", config, LONG, keep=SHORT, edit=old)
    both = dict(use_bidirectional_attention=True, sliding_window=6)
    config = BASE | types | both | dict(query_pre_attn_scalar=24)
    about = "no prefix as in EmbeddingGemma, both directions, 3 keys to either side in layer 0"
    yield Case("gemma3_embedding", about, "Gemma3TextModel", config, LONG, keep=SHORT)


def cases():
    yield from gemma()
    yield from gemma2()
    yield from gemma3()
