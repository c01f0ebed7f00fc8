#!/usr/bin/env bash
# Makes every document in output/ again, with the commands that README names; a test tells which of them are stale.
set -euo pipefail
cd "$(dirname "$0")/.."
formats="html,latex,markdown"

# A handout keeps what was changed by hand in its folder; here everything is made anew.
rm -rf output/gpt2-124m/handout output/gpt2-124m/handout.de

symbolic explain gpt2-124m gpt2-1558m llama-2-7b llama-3-8b qwen3-30b-a3b deepseek-v3 gemma-3-1b --format "$formats"
symbolic explain gpt2-124m llama-2-7b --quantity forward-flops,kv-cache --format "$formats"
symbolic explain gpt2-124m --language de --format "$formats"
symbolic scale gpt2-124m --format "$formats"
symbolic compare gpt2-124m gpt2-1558m llama-2-7b --format "$formats"
symbolic handout gpt2-124m --fade 5 --variants 3 --seed 7 --format all --force
symbolic handout gpt2-124m --language de --fade 5 --seed 7 --format html,markdown --force
