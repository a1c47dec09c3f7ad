//! Asking a CSAF provider: find its metadata, list its documents, fetch what is new, check before anything else.
