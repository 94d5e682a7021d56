"""Run a finished run again from its folder alone, and compare what both have left."""

from __future__ import annotations

from dltrain.reproducing.reproduction import Reproduction, reproduce

__all__ = ["Reproduction", "reproduce"]
