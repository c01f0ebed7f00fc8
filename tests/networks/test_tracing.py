"""Networks read off their own code: sizes go in with their names, and come out as formulas."""

from __future__ import annotations

from typing import Any

import pytest
from sampling import thorough

import symbolic
from symbolic.errors import ConfigError

torch = pytest.importorskip("torch", reason="torch is not installed")
nn = torch.nn
pytestmark = pytest.mark.torch


class Layer(nn.Module):  # type: ignore[misc, name-defined]
    def __init__(self, cfg: dict[str, Any]) -> None:
        super().__init__()
        d = cfg["emb_dim"]
        self.W_query = nn.Linear(d, d, bias=cfg["qkv_bias"])
        self.W_key = nn.Linear(d, d, bias=cfg["qkv_bias"])
        self.W_value = nn.Linear(d, d, bias=cfg["qkv_bias"])
        self.out_proj = nn.Linear(d, d)
        self.ff = nn.Sequential(nn.Linear(d, 4 * d), nn.GELU(), nn.Linear(4 * d, d))
        self.norm1, self.norm2 = nn.LayerNorm(d), nn.LayerNorm(d)


class GPTModel(nn.Module):  # type: ignore[misc, name-defined]
    """As in Raschka's book, chapter 4."""

    def __init__(self, cfg: dict[str, Any]) -> None:
        super().__init__()
        self.tok_emb = nn.Embedding(cfg["vocab_size"], cfg["emb_dim"])
        self.pos_emb = nn.Embedding(cfg["context_length"], cfg["emb_dim"])
        self.trf_blocks = nn.Sequential(*[Layer(cfg) for _ in range(cfg["n_layers"])])
        self.final_norm = nn.LayerNorm(cfg["emb_dim"])
        self.out_head = nn.Linear(cfg["emb_dim"], cfg["vocab_size"], bias=False)


class Tagger(nn.Module):  # type: ignore[misc, name-defined]
    def __init__(self, vocab_size: int, width: int, hidden: int, tags: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocab_size, width)
        self.lstm = nn.LSTM(width, hidden, bidirectional=True)
        self.head = nn.Linear(2 * hidden, tags)


class ResNet(nn.Module):  # type: ignore[misc, name-defined]
    def __init__(self, width: int, blocks: int, classes: int) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.layers = nn.ModuleList([self.block(width) for _ in range(blocks)])
        self.fc = nn.Linear(width, classes)

    def block(self, width: int) -> Any:
        convolution = nn.Conv2d(width, width, 3, padding=1, bias=False)
        return nn.Sequential(convolution, nn.BatchNorm2d(width), nn.Conv2d(width, width, 3, padding=1, bias=False))


class UNet(nn.Module):  # type: ignore[misc, name-defined]
    def __init__(self, width: int) -> None:
        super().__init__()
        self.down = nn.Conv2d(3, width, 3)
        self.middle = nn.Conv2d(width, 2 * width, 3)
        self.up = nn.ConvTranspose2d(2 * width, width, 2, 2)
        self.out = nn.Conv2d(2 * width, 1, 1)


class ViT(nn.Module):  # type: ignore[misc, name-defined]
    def __init__(self, image: int, patch: int, width: int, heads: int, depth: int) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, width, patch, patch)
        self.positions = nn.Parameter(torch.zeros(1, (image // patch) ** 2 + 1, width))
        self.encoder = nn.ModuleList([nn.MultiheadAttention(width, heads) for _ in range(depth)])


class Mixture(nn.Module):  # type: ignore[misc, name-defined]
    def __init__(self, width: int, inner: int, n_experts: int) -> None:
        super().__init__()
        self.router = nn.Linear(width, n_experts, bias=False)
        self.experts = nn.ModuleList(
            [nn.Sequential(nn.Linear(width, inner), nn.ReLU(), nn.Linear(inner, width)) for _ in range(n_experts)]
        )


BOOK = {"vocab_size": 50257, "context_length": 1024, "emb_dim": 768, "n_layers": 12, "n_heads": 12, "qkv_bias": False}
NETS: list[tuple[Any, dict[str, Any], str]] = [
    (
        GPTModel,
        BOOK,
        "2*vocab_size*emb_dim + context_length*emb_dim + n_layers*(12*emb_dim**2 + 10*emb_dim) + 2*emb_dim",
    ),
    (
        Tagger,
        {"vocab_size": 1000, "width": 50, "hidden": 64, "tags": 9},
        "vocab_size*width + 8*hidden*(width + hidden + 2) + 2*hidden*tags + tags",
    ),
    (
        ResNet,
        {"width": 64, "blocks": 8, "classes": 10},
        "147*width + blocks*(18*width**2 + 2*width) + width*classes + classes",
    ),
    (UNet, {"width": 32}, "27*width + width + 18*width**2 + 2*width + 8*width**2 + width + 2*width + 1"),
    (
        ViT,
        {"image": 224, "patch": 16, "width": 192, "heads": 3, "depth": 12},
        "3*patch**2*width + width + ((image//patch)**2 + 1)*width + depth*(4*width**2 + 4*width)",
    ),
    (
        Mixture,
        {"width": 24, "inner": 96, "n_experts": 8},
        "width*n_experts + n_experts*(2*width*inner + inner + width)",
    ),
]


@pytest.mark.parametrize(("net", "sizes", "closed"), NETS, ids=[net.__name__ for net, _, _ in NETS])
def test_the_closed_form_is_that_of_the_code(net: Any, sizes: dict[str, Any], closed: str) -> None:
    derivation = symbolic.explain(symbolic.trace(net, sizes))
    with torch.device("meta"):
        built = net(sizes) if net is GPTModel else net(**sizes)
    assert derivation.total == sum(one.numel() for one in built.parameters())
    for factor in (1, 2, 3):
        names = {name: size * factor for name, size in sizes.items() if not isinstance(size, bool)}
        wanted = eval(closed, {"__builtins__": {}}, names)
        ours = derivation.closed.value({name: size * factor for name, size in derivation.sizes.items()})
        assert ours == wanted


def test_a_module_that_can_not_be_built_is_an_error_in_one_line() -> None:
    def broken(width: int) -> Any:
        raise RuntimeError(f"no {width}")

    with pytest.raises(ConfigError, match="can't be built: RuntimeError: no 3"):
        symbolic.trace(broken, {"width": 3})
    with pytest.raises(ConfigError, match=r"not a torch\.nn\.Module"):
        symbolic.trace(lambda width: width, {"width": 3})


@thorough
def test_the_class_of_the_installed_transformers_is_traced_in_a_process_of_its_own() -> None:
    pytest.importorskip("transformers", reason="transformers is not installed")
    from symbolic.configs.traced import model_of_config

    config = {
        "model_type": "deepseek_v3", "vocab_size": 500, "hidden_size": 32, "intermediate_size": 64,
        "moe_intermediate_size": 16, "num_hidden_layers": 5, "first_k_dense_replace": 2, "n_routed_experts": 8,
        "num_attention_heads": 4, "num_key_value_heads": 4, "num_experts_per_tok": 2, "n_shared_experts": 1,
        "q_lora_rank": 8, "kv_lora_rank": 8, "qk_nope_head_dim": 4, "qk_rope_head_dim": 4, "v_head_dim": 4,
    }  # fmt: skip
    assert symbolic.explain(model_of_config("it", config, "a test")).total == symbolic.explain(config).total
    with pytest.raises(ConfigError, match="no type of the installed transformers"):
        model_of_config("it", {"model_type": "nobody"}, "a test")
