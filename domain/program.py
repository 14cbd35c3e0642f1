"""What could run on the recipient's machine, whatever else it looks like.

Judged by the beginning alone: that is where a loader, a shell or a browser decides to run it.
"""

import re

BINARIES = (
    b"MZ",  # Windows, DOS
    b"ZM",
    b"\x7fELF",  # Linux
    b"\xfe\xed\xfa\xce",  # macOS, four ways and in several architectures
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",  # also Java
    b"\xca\xfe\xba\xbf",
    b"\xbe\xba\xfe\xca",
    b"\xbf\xba\xfe\xca",
    b"\xca\xfe\xd0\x0d",
    b"\xde\xc0\x17\x0b",  # LLVM
    b"BC\xc0\xde",
    b"\0asm",  # WebAssembly
    b"dex\n",  # Android
    b"dey\n",
    b"L\0\0\0\x01\x14\x02\0",  # a Windows shortcut, [MS-SHLLINK] section 2.1
    b"ITSF",  # compiled HTML help
)

SCRIPT = re.compile(
    rb"(?:#!"
    rb"|<(?:!doctype\s+html|html|head|body|script|svg|iframe|meta|style|title|hta:|\?php|%|job|package)"
    rb"|@echo\b|@set\b|@if\b|@start\b|@powershell\b|rem\s|echo\s+off|setlocal\b|powershell\b|cmd(?:\.exe)?\s*/"
    rb"|\[internetshortcut\]|\[autorun\]|\[shell\]|windows registry editor|regedit4"
    rb"|option explicit|on error resume next|wscript\.|createobject|activexobject"
    rb"|function\s+[a-z_$]|\(function\b|\"use strict\"|'use strict'"
    rb"|eval\(|document\.|window\.|javascript:)"
)
"""How scripts, web pages and shortcuts begin, in lower case."""

MARKUP = re.compile(
    rb"<script[\s>/]|<svg[\s>]|<html[\s>]|<!doctype\s+html|<iframe[\s>]|<\?php|javascript:"
)
"""What makes a browser run something, wherever it stands in a beginning."""

SNIFFED_BYTES = 1024
"""So far into a file the most patient browser looks for a web page."""


def is_program(head: bytes) -> bool:
    """Say whether a file that begins so is a program, a script or a page that can hold scripts.

    Text is compared without case, without the zero bytes of UTF-16, and after any blanks.
    """
    if head.startswith(BINARIES):
        return True
    text = head.replace(b"\0", b"").lower()
    opening = re.sub(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*", b"", text)
    return SCRIPT.match(opening) is not None or MARKUP.search(text[:SNIFFED_BYTES]) is not None


PROGRAM_ENDING = re.compile(
    r"exe|com|command|cmd|bat|pif|scr|msi|msp|mst|dll|ocx|cpl|sys|inf|lnk|url|scf|reg|rgs|chm|hta"
    r"|msc|ins|isp|job|gadget|application|appref-ms|appx|appxbundle|msix|msixbundle|diagcab|xbap"
    r"|library-ms|search-ms|settingcontent-ms|ps1|ps2|ps1xml|psc1|psd1|psm1|msh|vb|vbe|vbs|vbscript"
    r"|js|jse|mjs|ws|wsc|wsf|wsh|sct|shb|shs|sh|bash|csh|tcsh|ksh|zsh|fish|py|pyc|pyw|pyz|pl|rb|php"
    r"|jar|class|jnlp|apk|dex|deb|rpm|pkg|mpkg|dmg|app|appimage|run|desktop|service|scpt|applescript"
    r"|action|workflow|terminal|webloc|tool|wasm|xpi|crx|iso|img|vhd|vhdx"
    r"|docm|dotm|xlsm|xltm|xlam|xll|pptm|potm|ppsm|ppam"
)
"""Of names whose files run when somebody opens them, or that hide such files in a disk."""

PAGE_ENDING = re.compile(r"html?|mht|mhtml|shtml|svgz?|xht|xhtml|xslt?")
"""Of names whose files a browser opens, scripts and all; office files hold some for themselves."""


def is_name_of_a_program(name: str) -> bool:
    """Say whether a path inside an archive ends like a program's, or lies in one of macOS."""
    folders = name.lower().replace("\\", "/").split("/")[:-1]
    in_a_program = any(folder.endswith(".app") for folder in folders)
    return in_a_program or PROGRAM_ENDING.fullmatch(ending_of(name)) is not None


def is_name_of_a_page(name: str) -> bool:
    """Say whether a path inside an archive ends like a web page's or a drawing's with scripts."""
    return PAGE_ENDING.fullmatch(ending_of(name)) is not None


def ending_of(name: str) -> str:
    """Return the ending as Windows sees it: without trailing blanks, dots, or streams of NTFS."""
    last = re.split(r"[/\\]", name)[-1].partition(":")[0].rstrip(" .")
    return last.rpartition(".")[2].lower() if "." in last else ""
