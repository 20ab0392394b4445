"""The table of a sentencepiece model, for tokenizer_components.py and tokenizer_families.py."""


def charsmap_of(model):
    """The bytes of normalizer_spec.precompiled_charsmap in a sentencepiece model."""
    def field(message, wanted):
        at = 0
        def varint():
            nonlocal at
            number = shift = 0
            while True:
                byte = message[at]
                at += 1
                number |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    return number
        while at < len(message):
            tag = varint()
            size = {0: lambda: varint() * 0, 1: lambda: 8, 2: varint, 5: lambda: 4}[tag & 7]()
            if tag == wanted << 3 | 2:
                return message[at : at + size]
            at += size
    return field(field(model, 3), 2)  # fmt: skip
