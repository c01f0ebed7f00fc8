"""Keys of configs that change no network of any family, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping

from symbolic.language import lazy as _

DROPOUT = _("dropout switches numbers off at random while training; it has no weights")
MASKED = _(
    "dropout switches numbers off at random while training. It has no weights, but training keeps masks that say "
    "which: they are counted here at any rate, even at 0, where a program keeps none"
)
ROTATED = _("rotary positions are computed, not learned")
RUN = _("says how the model is run")
SAID = _("says how text is generated")
TRAINED = _("says how the model is trained")
START = _("says how weights start, not how many there are")
STORED = _("says how each number is stored, not how many there are")
FIXED = _("a fixed number, not a weight")
SPECIAL = _("names a token, adds none")
NAMES = _("names the model or its parts")
CHOICE = _("says how experts are chosen")
OF_GROUPS = _("into how many groups the experts are divided; a token's experts come from the best of them")
FROM_GROUPS = _("how many of these groups the experts of a token come from")
UNREAD = _("stands in the files of BERT's first release, and no code reads it")

GROUPS: Mapping[str, str] = {
    DROPOUT: "drop_rate dropout attention_dropout attn_pdrop embd_pdrop resid_pdrop hidden_dropout activation_dropout "
    "classifier_dropout hidden_dropout_prob attention_probs_dropout_prob dropout_rate layerdrop summary_first_dropout "
    "summary_last_dropout attn_dropout ffn_dropout dropout_p classifier_dropout_prob seq_classif_dropout "
    "classif_dropout",
    ROTATED: "rope_base rope_theta rope_freq rope_scaling rope_parameters rope_local_base rope_local_base_freq "
    "original_max_position_embeddings rotary_pct rotary_emb_base rotary_dim partial_rotary_factor "
    "rope_interleave initial_context_length rope_interleaved rope_type rope_scaling_factor rope_ntk_alpha "
    "rope_ntk_beta rope_original_context_length yarn_factor use_scaled_rope rope_factor indexer_rope_interleave "
    "swa_rope_theta rotary_percentage rotary_percent rotary_base rotary_interleaved",
    RUN: "use_cache pretraining_tp reorder_and_upcast_attn cache_implementation output_router_logits "
    "output_hidden_states output_attentions return_dict use_bfloat16 tf_legacy_loss chunk_size_feed_forward "
    "_attn_implementation _attn_implementation_autoset attn_implementation _attn_implementation_internal "
    "attn_impl flash use_flash_attn use_flash_attention use_flash_attention_2 _flash_attn_2_enabled ep_size "
    "use_mambapy use_associative_scan torch_compile compile fused_add_norm device max_batch_size "
    "experts_implementation _experts_implementation use_kernels moe_router_dtype mamba_ssm_dtype output_past "
    "move_model_to_device model_max_length",
    SAID: "max_length min_length do_sample early_stopping num_beams num_beam_groups diversity_penalty temperature "
    "top_k top_p typical_p repetition_penalty length_penalty no_repeat_ngram_size encoder_no_repeat_ngram_size "
    "bad_words_ids num_return_sequences output_scores return_dict_in_generate forced_bos_token_id forced_eos_token_id "
    "remove_invalid_values exponential_decay_length_penalty suppress_tokens begin_suppress_tokens "
    "task_specific_params max_new_tokens generation_config",
    TRAINED: "gradient_checkpointing router_aux_loss_coef router_jitter_noise seq_aux aux_loss_alpha problem_type "
    "finetuning_task router_z_loss_coef loss_type learning_rate max_lr min_lr warmup_iters lr_decay_iters weight_decay "
    "out_dir dataset batch_size always_save_checkpoint init_from decay_lr backend eval_only wandb_log "
    "wandb_project wandb_run_name beta1 beta2 grad_clip max_iters eval_interval eval_iters log_interval "
    "gradient_accumulation_steps seed ignore_index",
    START: "initializer_range init_std initializer_factor time_step_scale time_step_min time_step_max time_step_floor "
    "time_step_init_scheme rescale_prenorm_residual init_method init_range init_weights initializer_cutoff_factor",
    STORED: "dtype torch_dtype quantization_config residual_in_fp32 fp16 bf16 fp32_residual_connection",
    FIXED: "layer_norm_epsilon layer_norm_eps rms_norm_eps norm_eps eps norm_epsilon layernorm_epsilon "
    "query_pre_attn_scalar attn_logit_softcapping final_logit_softcapping routed_scaling_factor swiglu_alpha "
    "swiglu_limit scale_attn_weights scale_attn_by_inverse_layer_idx attn_scale",
    SPECIAL: "bos_token_id eos_token_id pad_token_id sep_token_id cls_token_id unk_token_id mask_token_id "
    "decoder_start_token_id image_token_index image_token_id boi_token_index eoi_token_index bos_id eos_id pad_id",
    NAMES: "_name_or_path auto_map transformers_version tokenizer_class processor_class stage_names "
    "name_or_path _commit_hash language id2label label2id num_labels name model_name unsloth_version unsloth_fixed "
    "prefix tokenizer_name original_architecture pipeline_tag hf_config tokenizer _from_model_config",
    UNREAD: "directionality pooler_fc_size pooler_num_attention_heads pooler_num_fc_layers pooler_size_per_head "
    "pooler_type",
    OF_GROUPS: "n_group",
    FROM_GROUPS: "topk_group",
    CHOICE: "norm_topk_prob topk_method scoring_func moe_router_activation",
}

CHOOSES = frozenset({"model_type", "architectures"})
"""What names the network is no key that changes nothing."""

HARMLESS: Mapping[str, str] = {key: reason for reason, keys in GROUPS.items() for key in keys.split()}
"""A page prints the reason. Whatever is a size or a switch of one family stands in that family's file."""

SPECIAL_TOKEN = re.compile(r"_token_(id|ids|index)$")
"""Keys that name a token, of whatever kind."""

TABLE = {"position_embedding_type": "absolute"}
"""What old configs of encoders say about positions: that they have a table, which they have anyway."""
ACTIVATION = _("an activation function has no weights")
ACTIVATION_KEYS = frozenset(
    {"activation_function", "hidden_act", "hidden_activation", "summary_activation", "act_fn", "activation"}
)

FIXED_EVERYWHERE: Mapping[str, object] = {
    "add_cross_attention": False,
    "is_decoder": False,
    "tie_encoder_decoder": False,
    "torchscript": False,
    "pruned_heads": {},
    "cross_attention_hidden_size": None,
    "is_encoder_decoder": False,
}
"""What transformers lets every config say; another value makes a network that we don't derive."""
