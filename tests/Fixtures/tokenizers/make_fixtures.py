#!/usr/bin/env python3
"""Trains the tokenizers of the tests and writes what sentencepiece makes of the test texts.

Needs Debian's python3-sentencepiece (0.1.97) only; run it in this folder with /usr/bin/python3, then make_fixtures.mjs.
The glosses are WordNet's (samples/data).
"""
import collections
import hashlib
import json
import os
import random
import re
import tempfile

import sentencepiece as spm

HERE = os.path.dirname(os.path.abspath(__file__))
GLOSSES = os.path.join(HERE, "glosses.tsv")

TEXTS = [
    "", " ", "   ", "\t", "\n", "\r\n", "\u3000", "\u00a0", " a", "a ", "  two  spaces  ", "a\tb", "line one\nline two",
    "line\r\nwindows\r\n", "\n\n\n", "tabs\t\t\tand   spaces \n \n", "Hello, world!", "don't can't I'm we'LL THEY'RE",
    "it\u2019s \u201cquoted\u201d \u2014 dash \u2026", "3.14159 2023-11-05 1,000,000 12345678", "x=y**2; if(a<b){return;}",
    "caf\u00e9 na\u00efve", "cafe\u0301 nai\u0308ve", "e\u0301\u0302\u0303\u0304", "\u1100\u1161\u11a8 \uac01",
    "\ufb01 \ufb03 \u2460 \u00bd \u2122 \u212b", "\uff21\uff22\uff23 \uff11\uff12\uff13 \uff76\uff9e", "\u6f22\u5b57\u4eee\u540d\u4ea4\u3058\u308a\u6587",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 mixed \u05e2\u05d1\u05e8\u05d9\u05ea", "\u202eoverride\u202c", "\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22",
    "\u0939\u093f\u0928\u094d\u0926\u0940", "\U0001f600 emoji \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea \U0001f44d\U0001f3fd",
    "\U0001f600abc\U0001d49c\U0001d4b7\U0001d7d9\U0001d7da \U00020000\U00020001 word", "\u0000", "\u0000nul\u0001", "a\u0000b\u0007c\u001fd\u007fe",
    "zero\u200bwidth\u200c\u200d", "soft\u00adhyphen", "\u2581 literal \u2581\u2581space", "\ufffd \ufffe", "</s> <s> <pad> <unk>",
    "a</s>b", "<extra_id_0> and <extra_id_19> or <extra_id_20>", "x<extra_id_3>y  <extra_id_4> ", "<0x41> <0x0A>",
    "https://example.com/a?b=c&d=%20#frag", "snake_case camelCase kebab-case", "the the the the", "A", "\u00e9", "1", ".",
    "  leading and trailing  ", "mixed \u00a0 nbsp \u2003 em \u3000 wide", "\u00df \u0130 \u0131 \u017f \u212a", "'s 'S 't's",
    "\u00bc\u00b2\u2167 \u0663\u0664", "\u0958 \u0fb2\u0f81", "\uac00\u1161", "(a) \u3231 \u33a5", "ab" * 40, "=" * 100, "1" * 50,
]
LONG = [("a", 10000), ("x", 3001), (" ", 10000), ("word ", 2000), ("\U0001f600", 2500), ("\u0301", 10000), ("abcdefghij", 1000), ("\u6f22", 10000)]
ADDED = ["[TERM] is  [TERM]S here", "a[TERM]Sb [TERM][TERM]", "dissilient a dissilient ignoremerges", "\u00e9\u00e9", "1\U0001d7d919 1\U0001d7d920 1\U0001d7d910 1\U0001d7d918"]

# Each text is a unit and how often it is repeated; cases name texts by their place here.
ALL = [(text, 1) for text in TEXTS] + LONG + [(text, 1) for text in ADDED]


def glosses():
    with open(GLOSSES, encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t")[1] for line in lines][1:]


def digest(ids):
    return hashlib.sha256(" ".join(map(str, ids)).encode()).hexdigest()


def group_digests(encode, texts):
    """One hash for every 1,000 texts."""
    groups = (texts[i : i + 1000] for i in range(0, len(texts), 1000))
    return [hashlib.sha256("".join(" ".join(map(str, encode(t))) + "\n" for t in g).encode()).hexdigest() for g in groups]


def train(name, **settings):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as corpus:
        corpus.write("\n".join(glosses()))
        corpus.flush()
        spm.SentencePieceTrainer.train(
            input=corpus.name, model_writer=open(os.path.join(HERE, name), "wb"), num_threads=1, minloglevel=2, **settings
        )


def write_json(name, value):
    with open(os.path.join(HERE, name), "w", encoding="ascii") as file:
        json.dump(value, file, ensure_ascii=True, indent=0, separators=(",", ":"))
        file.write("\n")


def expect(model_name):
    model = spm.SentencePieceProcessor(model_file=os.path.join(HERE, model_name))
    cases = []
    for index, (unit, times) in enumerate(ALL):
        ids = model.encode(unit * times)
        cases.append({"text": index, "count": len(ids), "digest": digest(ids), "decoded": model.decode(ids)})
        if len(ids) <= 100:
            cases[-1]["ids"] = ids
        if len(cases[-1]["decoded"]) > 300:
            del cases[-1]["decoded"]
    draw = random.Random(7)
    sequences = [[draw.randrange(model.get_piece_size()) for _ in range(draw.randrange(1, 12))] for _ in range(150)]
    low = min(300, model.get_piece_size())
    sequences += [[draw.randrange(low) for _ in range(draw.randrange(1, 12))] for _ in range(150)]
    write_json(
        model_name.replace(".model", ".expected.json"),
        {
            "special": [model.bos_id(), model.eos_id(), model.pad_id(), model.unk_id()],
            "size": model.get_piece_size(),
            "cases": cases,
            "decodings": [{"ids": ids, "text": model.decode(ids)} for ids in sequences],
            "glosses": group_digests(model.encode, glosses()),
        },
    )


# ---- tokenizer.json

def byte_alphabet():
    printable = [*range(33, 127), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = (b for b in range(256) if b not in printable)
    return {**{b: chr(b) for b in printable}, **{b: chr(256 + i) for i, b in enumerate(others)}}


def train_byte_level(merge_count):
    """Plain byte-level BPE on the glosses; words as a rough form of the LLaMA 3 pattern."""
    alphabet = byte_alphabet()
    counts = collections.Counter(w for g in glosses() for w in re.findall(r" ?[^\W\d_]+|\d{1,3}| ?[^\s\w]+|\s+", g))
    words = [[[alphabet[b] for b in word.encode()], count] for word, count in counts.items()]
    vocab = [alphabet[b] for b in sorted(alphabet, key=lambda b: alphabet[b])]
    merges = []
    while len(merges) < merge_count:
        pairs = collections.Counter()
        for symbols, count in words:
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += count
        best = min(pairs, key=lambda p: (-pairs[p], p))
        merges.append(best)
        if "".join(best) not in vocab:
            vocab.append("".join(best))
        for word in words:
            symbols = word[0]
            at = 0
            while at < len(symbols) - 1:
                if (symbols[at], symbols[at + 1]) == best:
                    symbols[at : at + 2] = ["".join(best)]
                at += 1
    return vocab, merges


def added(ident, content, special=True, normalized=False, lstrip=False, rstrip=False):
    return {"id": ident, "content": content, "single_word": False, "lstrip": lstrip, "rstrip": rstrip, "normalized": normalized, "special": special}


def bpe(vocab, merges, **settings):
    model = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False}
    return {**model, **settings, "vocab": vocab, "merges": merges}


def byte_level(prefix, regex):
    return {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": True, "use_regex": regex}


LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def write_byte_level():
    tokens, merges = train_byte_level(1000)
    whole = tokens + ["\u0120dissilient", "\u0120ignoremerges", "\u00c3\u00a9\u00c3\u00a9"]  # no merges lead to these
    vocab = {token: i for i, token in enumerate(whole)}
    n = len(whole)
    template = {
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<|begin_of_text|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [],
        "special_tokens": {"<|begin_of_text|>": {"id": "<|begin_of_text|>", "ids": [n], "tokens": ["<|begin_of_text|>"]}},
    }
    write_json(
        "llama3.json",
        {
            "version": "1.0", "truncation": None, "padding": None,
            "added_tokens": [
                added(n, "<|begin_of_text|>"), added(n + 1, "<|end_of_text|>"), added(n + 2, "<|eot_id|>"),
                added(n + 3, "[TERM]", special=False), added(n + 4, "[TERM]S", special=False, lstrip=True, rstrip=True),
            ],
            "normalizer": None,
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": LLAMA3}, "behavior": "Isolated", "invert": False}, byte_level(False, False)]},
            "post_processor": {"type": "Sequence", "processors": [byte_level(True, False), template]},
            "decoder": byte_level(True, True),
            "model": bpe(vocab, [" ".join(m) for m in merges], ignore_merges=True),
        },
    )
    vocab = {**{"<|endoftext|>": 0}, **{token: i + 1 for i, token in enumerate(tokens)}}
    write_json(
        "smollm.json",
        {
            "version": "1.0", "truncation": None, "padding": None,
            "added_tokens": [added(0, "<|endoftext|>")],
            "normalizer": None,
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": True}, byte_level(False, True)]},
            "post_processor": None,
            "decoder": byte_level(True, True),
            "model": bpe(vocab, [list(m) for m in merges]),
        },
    )


def write_llama2():
    """The BPE model in the form of LLaMA 2's tokenizer.json: every way to make a piece of two, the best piece first."""
    model = spm.SentencePieceProcessor(model_file=os.path.join(HERE, "llama.model"))
    vocab = {model.id_to_piece(i): i for i in range(model.get_piece_size())}
    merges = []
    for piece, i in sorted(vocab.items(), key=lambda p: -model.get_score(p[1])):
        if not (model.is_byte(i) or model.is_control(i) or model.is_unknown(i)):
            pairs = [(piece[:k], piece[k:]) for k in range(1, len(piece)) if piece[:k] in vocab and piece[k:] in vocab]
            merges += [" ".join(p) for p in sorted(pairs, key=lambda p: (vocab[p[0]], vocab[p[1]]))]
    write_json(
        "llama2.json",
        {
            "version": "1.0", "truncation": None, "padding": None,
            "added_tokens": [added(0, "<unk>"), added(1, "<s>"), added(2, "</s>")],
            "normalizer": {"type": "Sequence", "normalizers": [
                {"type": "Prepend", "prepend": "\u2581"}, {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]},
            "pre_tokenizer": None,
            "post_processor": None,
            "decoder": {"type": "Sequence", "decoders": [
                {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
                {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
            "model": bpe(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True),
        },
    )


if __name__ == "__main__":
    extra = ",".join(f"<extra_id_{i}>" for i in range(19, -1, -1))
    t5_ids = {"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1}
    train("t5.model", model_type="unigram", vocab_size=2000, normalization_rule_name="nmt_nfkc", user_defined_symbols=extra, **t5_ids)
    train("unigram-bytes.model", model_type="unigram", vocab_size=1500, normalization_rule_name="identity", byte_fallback=True, character_coverage=0.99)
    train("llama.model", model_type="bpe", vocab_size=2000, normalization_rule_name="identity", byte_fallback=True,
          split_digits=True, remove_extra_whitespaces=False, character_coverage=0.99995)
    train("bpe-symbols.model", model_type="bpe", vocab_size=1200, normalization_rule_name="identity", user_defined_symbols="<extra_id_0>,<extra_id_1>,the,\u2581of,  ",
          control_symbols="<mask>", character_coverage=0.999, add_dummy_prefix=False, **t5_ids)
    for name in ["t5.model", "unigram-bytes.model", "llama.model", "bpe-symbols.model"]:
        expect(name)
    write_byte_level()
    write_llama2()
    write_json("texts.json", [{"unit": unit, "times": times} for unit, times in ALL])
