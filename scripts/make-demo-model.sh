#!/usr/bin/env bash
# Makes data/models/demo again, from nothing, with the two command lines: a tiny Llama with its own tokenizer. About five
# minutes on two calm cores. The work lies in a data folder (first argument, default .data/demo-model) that must not exist yet.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
work=${1:-.data/demo-model}
target=${2:-data/models/demo}
[ ! -e "$work" ] || { echo "$work exists: remove it or name another folder" >&2; exit 2; }
mkdir -p "$work"
export ALIGNMENT_DATA="$work"

./pipeline demo-corpus --out "$work/corpus"
./pipeline import "$work/corpus/text.jsonl" --project demo-text
./pipeline freeze --project demo-text --kind text --test-share 0.02 --id demo-text
./pipeline import "$work/corpus/demonstrations.jsonl" --project demo-demonstrations
./pipeline freeze --project demo-demonstrations --kind demonstration --test-share 0.02 --id demo-demonstrations

./align train-tokenizer --vocab 768 --out "$work/tokenizer" \
  --data "$work/snapshots/demo-text/train.jsonl" "$work/snapshots/demo-demonstrations/train.jsonl"
./align init-model data/recipes/demo-config.json --tokenizer "$work/tokenizer" --seed 1 --out "$work/models/demo-random"
./align train data/recipes/demo-text.yaml --out "$work/runs/demo-text"
./align train data/recipes/demo-sft.yaml --out "$work/runs/demo-sft"

rm -rf "$target"
mkdir -p "$(dirname "$target")"
cp -r "$work/runs/demo-sft/model" "$target"

./align generate "$target" --prompts data/demo/eval-prompts.jsonl --greedy --max-tokens 80 --out "$work/answers.jsonl"
./pipeline score-answers "$work/answers.jsonl" --rule demo
