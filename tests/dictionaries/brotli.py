# Decodes a raw Brotli stream with a raw dictionary, by Brotli's own decoder:
#
#     python3 brotli.py STREAM DICTIONARY OUTPUT
#
# The package brotlicffi carries the library; what it has no Python function for is called as C.

import ctypes
import glob
import os
import sys

import brotlicffi

library = ctypes.CDLL(glob.glob(os.path.join(os.path.dirname(brotlicffi.__file__), "_brotlicffi*.so"))[0])
library.BrotliDecoderCreateInstance.restype = ctypes.c_void_p
library.BrotliDecoderErrorString.restype = ctypes.c_char_p

stream, dictionary = (open(path, "rb").read() for path in sys.argv[1:3])
decoder = ctypes.c_void_p(library.BrotliDecoderCreateInstance(None, None, None))
RAW = 0
assert library.BrotliDecoderAttachDictionary(decoder, RAW, ctypes.c_size_t(len(dictionary)), dictionary)

room = ctypes.create_string_buffer(64 << 20)
left_in, left_out = ctypes.c_size_t(len(stream)), ctypes.c_size_t(len(room))
next_in = ctypes.cast(ctypes.c_char_p(stream), ctypes.c_void_p)
next_out = ctypes.cast(room, ctypes.c_void_p)
result = library.BrotliDecoderDecompressStream(
    decoder, ctypes.byref(left_in), ctypes.byref(next_in), ctypes.byref(left_out), ctypes.byref(next_out), None)
SUCCESS = 1
assert result == SUCCESS, library.BrotliDecoderErrorString(library.BrotliDecoderGetErrorCode(decoder))
assert left_in.value == 0, "bytes behind the stream"
with open(sys.argv[3], "wb") as output:
    output.write(room.raw[:len(room) - left_out.value])
