"""OpenAI's own names: the hparams.json of GPT-2 and the dims of Whisper. https://github.com/openai/gpt-2, …/whisper.

Names: src/model.py and whisper/model.py there. MLX keeps Whisper's for its own files.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number
from symbolic.errors import ConfigError

OF_MESH = ("mesh_shape", "attention_types", "layout")
WHISPER = {
    "n_mels": "num_mel_bins",
    "n_audio_ctx": "max_source_positions",
    "n_audio_state": "d_model",
    "n_audio_head": "encoder_attention_heads",
    "n_audio_layer": "encoder_layers",
    "n_vocab": "vocab_size",
    "n_text_ctx": "max_target_positions",
    "n_text_head": "decoder_attention_heads",
    "n_text_layer": "decoder_layers",
}


def translate(values: Values) -> dict[str, object]:
    """Return GPT-2, with all its biases and a tied head, or Whisper."""
    if any(values.get(key) for key in OF_MESH):
        raise ConfigError("its names for devices are those of GPT-Neo in Mesh TensorFlow, another network")
    if "n_audio_state" in values:
        return _whisper(values)
    return {
        **{key: value for key, value in values.items() if key != "n_vocab"},
        "vocab_size": values["n_vocab"],
        "model_type": "gpt2",
    }


def _whisper(values: Values) -> dict[str, object]:
    if missing := [key for key in WHISPER if key not in values]:
        raise ConfigError(f"Whisper's dims also have {', '.join(missing)}")
    width = number(values, "n_audio_state", 0) or 0
    if values.get("n_text_state", width) != width:
        raise ConfigError("n_text_state must be n_audio_state: the decoder looks at what the encoder gives")
    rest = {key: value for key, value in values.items() if key not in WHISPER and key != "n_text_state"}
    dims = {name: values[key] for key, name in WHISPER.items()}
    return {**rest, **dims, "encoder_ffn_dim": 4 * width, "decoder_ffn_dim": 4 * width, "model_type": "whisper"}


DIALECT = Dialect(
    title="OpenAI's own format",
    any_of=frozenset({"n_embd", "n_audio_state"}),
    types=frozenset({"whisper"}),
    needed=frozenset({"n_vocab"}),
    translate=translate,
)
