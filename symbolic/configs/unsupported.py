"""Keys that make networks which no family here derives: an error that names them, unless they are off."""

from __future__ import annotations

from collections.abc import Mapping

OF_EACH_LAYER = "per_layer_config"
"""What transformers lets any config say: a dict of the keys that a layer has otherwise, by its number."""

UNSUPPORTED: Mapping[str, str] = {
    "n_kv_producing_layers": "layers that use the keys and values of others",
    "num_kv_shared_layers": "layers that use the keys and values of others",
    "index_n_heads": "sparse attention with an indexer",
    "index_head_dim": "sparse attention with an indexer",
    "index_topk": "sparse attention with an indexer",
    "alibi": "positions by a bias that grows with the distance",
    "alibi_starting_size": "positions by a bias that grows with the distance",
    "multi_query": "keys and values that all heads share, by a key of another family's",
    "new_decoder_architecture": "Falcon's own order of the parts",
    "parallel_attn": "attention and feed-forward network side by side",
    "ssm_cfg": "Mamba's own format",
    "num_codebooks": "several vocabularies side by side",
    "hidden_size_per_layer_input": "embeddings of each layer's own",
    "vocab_size_per_layer_input": "embeddings of each layer's own",
    OF_EACH_LAYER: "layers with sizes of their own",
    "lora_rank": "adapters",
    "lora_r": "adapters",
    "lora_args": "adapters",
    "multiple_of": "a width of the feed-forward network that is rounded up, as in Meta's params.json",
    "ffn_dim_multiplier": "a width of the feed-forward network that is stretched, as in Meta's params.json",
    "cross_attention_layers": "layers that look at images",
    "fusion_layer": "layers that look at images",
    "encoder_width": "layers that look at what another network gives",
}
