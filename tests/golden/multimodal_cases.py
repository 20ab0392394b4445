"""Cases of models of text and images, of which mha opens the text part."""

import transformers

from checkpoint_case import Case
from llama_cases import IDS, LONG, ONE, SMALL, THREE

VISION = dict(hidden_size=4, intermediate_size=4, num_hidden_layers=1, num_attention_heads=1)
VISION |= dict(image_size=4, patch_size=2)


def without_defaults(config):
    """As on the hub, where text_config has only what is not the default of its class."""
    text = config["text_config"]
    usual = transformers.AutoConfig.for_model(text["model_type"]).to_dict()
    shown = {key: value for key, value in text.items() if key == "model_type" or value != usual.get(key)}
    return config | dict(text_config=shown)


def newer_names(tensors):
    """The prefixes since Transformers 4.52."""

    def new(name):
        if name.startswith("language_model.lm_head."):
            return name.removeprefix("language_model.")
        name = name.replace("language_model.model.", "language_model.", 1)
        return "model." + name

    return {new(name): tensor for name, tensor in tensors.items()}


def cases():
    text = SMALL | THREE | dict(model_type="gemma3_text", head_dim=10, sliding_window=3, query_pre_attn_scalar=24)
    text |= dict(num_attention_heads=8, num_key_value_heads=4, hidden_size=32, num_hidden_layers=1)  # two are defaults
    vision = VISION | dict(model_type="siglip_vision_model")
    config = dict(text_config=text, vision_config=vision, mm_tokens_per_image=4)
    about = "language_model.model., text_config without defaults"
    yield Case("gemma3_multimodal", about, "Gemma3ForConditionalGeneration", config, LONG, edit=without_defaults)
    vision = VISION | dict(model_type="clip_vision_model")
    text = SMALL | ONE | THREE | dict(model_type="llama")
    config = dict(text_config=text, vision_config=vision, image_token_index=40)
    about = "model.language_model. and lm_head"
    yield Case("llava", about, "LlavaForConditionalGeneration", config, [[2, 39, 7, 9], [5]], rename=newer_names)
