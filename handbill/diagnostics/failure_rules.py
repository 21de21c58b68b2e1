"""The rules of failures, by code: no handout is made, or a command cannot be carried out. docs/reference/diagnostics.md explains each."""

from __future__ import annotations

from collections.abc import Mapping

from handbill.diagnostics.diagnostic import Severity
from handbill.diagnostics.rule import Rule, error

__all__ = ["FAILURES"]

FAILURES: Mapping[str, Rule] = {
    "another-publication": error(
        "At the target are the handouts of another publication.",
        exit_codes=(7,),
        hint="publish to another place; --replace withdraws what is there, also where the publication's title has changed",
    ),
    "bad-font": error("A theme's font cannot be embedded.", exit_codes=(5,)),
    "bad-image": error(
        "A file is no image, or of a kind that not every format shows.",
        exit_codes=(
            3,
            5,
        ),
    ),
    "boxed-notice-not-bold": error("The boxed notice of marked claims is not in bold type.", exit_codes=(6,)),
    "boxed-notice-too-small": error("The boxed notice of marked claims is too small.", exit_codes=(6,)),
    "changed-claims": error("A handout claims to conform to other standards than the manifest says.", exit_codes=(6,)),
    "changed-handout": error(
        "A handout is not what was built: somebody or something changed it.",
        exit_codes=(
            6,
            7,
            8,
        ),
        also=(Severity.WARNING,),
    ),
    "claim-without-notice": error(
        "A claim is marked, and the disclaimer is not of the profile that has what belongs to it.", exit_codes=(3,)
    ),
    "claim-without-symbol": error("A marked claim cannot be read whole with its symbol.", exit_codes=(6,)),
    "collision": error("Two things would be published at one path.", exit_codes=(7,)),
    "crash": error(
        "An exporter broke down in a way that nobody foresaw.",
        exit_codes=(
            1,
            5,
        ),
    ),
    "damaged": error(
        "A handout came back from another machine with other bytes than that machine had proven.", exit_codes=(8,), hint="build again"
    ),
    "disclaimer-content": error("A disclaimer holds what not every format shows alike.", exit_codes=(3,)),
    "disclaimer-differs": error("The disclaimer's pages in a handout are not the sealed ones.", exit_codes=(6,)),
    "disclaimer-language": error("A disclaimer named on the command line is in another language than the article.", exit_codes=(3,)),
    "disclaimer-misplaced": error("The disclaimer stands elsewhere in a handout than the publication wants it.", exit_codes=(6,)),
    "disclaimer-missing": error("The disclaimer cannot be read whole from a handout.", exit_codes=(6,)),
    "disclaimer-not-alone": error("The disclaimer's text is in a handout, but not on pages of its own and in its order.", exit_codes=(6,)),
    "duplicate-id": error("An id is given twice, and a link to it could lead to either.", exit_codes=(3,), hint="give one of them another"),
    "duplicate-note": error("A footnote is defined twice.", exit_codes=(3,)),
    "edition": error("The command line asks for an edition that the publication does not have.", exit_codes=(2,)),
    "empty-article": error("The article has no text.", exit_codes=(3,), hint="write its text, below the front matter where it has one"),
    "empty-disclaimer": error("A disclaimer has no text.", exit_codes=(3,), hint="write its text below its front matter"),
    "environment": error("SOURCE_DATE_EPOCH is no number of seconds.", exit_codes=(2,)),
    "executor": error(
        "There is no such executor, dask is not installed, or its scheduler does not answer.",
        exit_codes=(
            2,
            8,
        ),
    ),
    "exists": error("A file that `handbill init` would write is there already.", exit_codes=(2,)),
    "exporter": error(
        "There is no such exporter, it cannot be loaded, or it does not do what exporters do.",
        exit_codes=(
            4,
            5,
        ),
    ),
    "foreign-content": error(
        "A handout has content that handbill writes into none and that could change the disclaimer's pages.", exit_codes=(5, 6)
    ),
    "front-matter": error("The front matter cannot be read, or a value in it is not of its kind.", exit_codes=(3,)),
    "in-the-way": error("A file that handbill did not write stands where it is to write.", exit_codes=(8,)),
    "include": error("An include cannot be followed.", exit_codes=(3,)),
    "lease": error("Another run is publishing to the same target, or this one took longer than its lease.", exit_codes=(7,)),
    "locale": error("The names of files are not in UTF-8 on this machine.", exit_codes=(8,)),
    "locked": error("Another build is at work in the same folder.", exit_codes=(8,)),
    "machine": error(
        "The operating system refused something for which handbill has no message of its own.",
        exit_codes=(8,),
        hint="look at the file's owner and rights, and the disk's space",
    ),
    "manifest": error("The manifest is not there or is damaged, so that nothing vouches for the handouts.", exit_codes=(6,)),
    "marked-claim": error("A claim is marked where the mark cannot be kept.", exit_codes=(3,)),
    "missing-file": error("There is no such file or folder.", exit_codes=(3,)),
    "missing-fonts": error("Fonts that handbill needs are not installed.", exit_codes=(5,)),
    "missing-glyph": error("No font draws some characters of the text.", exit_codes=(5,), hint=None),
    "missing-handout": error("A handout that the manifest lists is not there.", exit_codes=(6,)),
    "missing-image": error(
        "There is no such image in the publication.",
        exit_codes=(
            3,
            5,
        ),
    ),
    "missing-phrase": error("A disclaimer lacks words that its profile asks for.", exit_codes=(3,)),
    "missing-resource": error("The style of a PDF asks for a file that the document does not hold.", exit_codes=(5,)),
    "missing-system-font": error("The machine does not have a font that publication.toml allows by name.", exit_codes=(5,)),
    "no-article": error("The publication has no article, or a disclaimer was named as one.", exit_codes=(3,)),
    "no-boxed-notice": error("A page bears a marked claim, and not in a box what belongs to it.", exit_codes=(6,)),
    "no-disclaimer": error(
        "An article has no disclaimer: none is named, or the one that is named is not there in the article's language.",
        exit_codes=(
            3,
            4,
        ),
    ),
    "no-manifest": error("A folder that is to be merged holds no build.", exit_codes=(6,)),
    "no-notice": error("The disclaimer's notice cannot be read on a page of a handout.", exit_codes=(6,)),
    "no-publication": error("There is no publication.toml in the folder.", exit_codes=(4,), hint="handbill init DIR makes one"),
    "no-seal": error("A build folder lacks the sealed page of a handout, or has another.", exit_codes=(6,)),
    "no-source": error("The profile `a-3a` carries the article's Markdown in the PDF, and the document does not hold it.", exit_codes=(5,)),
    "not-arrived": error(
        "A file at the target is not what was sent.", exit_codes=(7,), hint="publish again; look at the target's own messages"
    ),
    "not-ascii": error("The text edition is to be ASCII, and the text has other characters.", exit_codes=(5,)),
    "not-locked": error("The build folder cannot be locked.", exit_codes=(8,)),
    "not-published": error(
        "Nothing is published, because a handout of the build cannot be proven.",
        exit_codes=(
            6,
            7,
        ),
    ),
    "not-read": error("A file of the build folder cannot be read.", exit_codes=(8,)),
    "not-removed": error("A file of the build folder cannot be removed.", exit_codes=(8,)),
    "not-utf-8": error(
        "A file is not UTF-8.",
        exit_codes=(
            3,
            4,
            5,
        ),
    ),
    "not-written": error("A file cannot be written.", exit_codes=(8,)),
    "online": error("What `check --online` needs is not installed.", exit_codes=(8,), hint="pip install 'handbill[online]'"),
    "other-version": error(
        "A worker on another machine has another version of the exporter, or of what it needs.",
        exit_codes=(8,),
        hint="install the same versions, fonts and shared libraries on all machines",
    ),
    "outside": error(
        "A file or a folder lies outside of what may be read or written.",
        exit_codes=(
            2,
            3,
            4,
        ),
    ),
    "over-bound": error(
        "Something is larger than its bound: a file, a table, an image, the footnotes, the pages.",
        exit_codes=(3, 4, 5, 6),
    ),
    "port": error("The port for `handbill watch` is taken.", exit_codes=(8,), hint="take another: --port"),
    "run-bound": error("A whole run reached its bound: of handouts, of seconds or of megabytes written.", exit_codes=(8,)),
    "same-name": error(
        "Two handouts would have one name, or one the name of another file.", exit_codes=(4,), hint="rename the edition or the article"
    ),
    "setting": error(
        "There is no such setting, or its value is not of its kind.",
        exit_codes=(4,),
        hint="handbill schema prints what publication.toml may hold",
    ),
    "taken-for-rule": error(
        "A line of the disclaimer looks like a rule or a frame of the text handout, so that it could not be proven whole.", exit_codes=(5,)
    ),
    "target": error(
        "The target's address cannot be understood, it cannot be reached, or it refuses what is sent.",
        exit_codes=(
            2,
            7,
        ),
    ),
    "target-manifest": error("The manifest at the target is not what handbill publishes.", exit_codes=(7,)),
    "theme-file": error(
        "A file that the theme names is not there, lies outside the publication, is too large or of another kind.", exit_codes=(4,)
    ),
    "theme-rule": error("A theme has no such rule, or the rule reaches outside the article.", exit_codes=(4,)),
    "theme-syntax": error("The theme is not CSS.", exit_codes=(4,)),
    "theme-url": error("An address in the theme leads to no image of the publication.", exit_codes=(4,)),
    "toml": error("publication.toml is not TOML.", exit_codes=(4,)),
    "too-deep": error("Lists, quotations or elements are nested more than 60 deep, or a disclaimer is nested too deeply.", exit_codes=(3,)),
    "too-large": error(
        "Making or verifying a handout takes more memory than it is given.",
        exit_codes=(5, 6),
        hint="divide the article, or give it more: --memory-limit, or `memory` in [bounds] of publication.toml",
    ),
    "too-slow": error(
        "Making or verifying a handout takes longer than it is given.",
        exit_codes=(5, 6),
        hint="divide the article, or give it longer: --time-limit, or `seconds` in [bounds] of publication.toml",
    ),
    "two-handouts": error("Two folders that are to be merged hold different handouts of one name.", exit_codes=(6,)),
    "unclosed-block": error("A block for some formats only is not closed.", exit_codes=(3,), hint="close it with a line ::: at the margin"),
    "undefined-note": error("A footnote is called that is not defined.", exit_codes=(3,)),
    "unknown-file": error("A file stands among the handouts that the manifest does not know.", exit_codes=(6,)),
    "unknown-profile": error("A disclaimer names a profile that is not there.", exit_codes=(3,)),
    "unreadable": error("A file may not be read.", exit_codes=(8,)),
    "unreadable-epub": error(
        "A file is not an EPUB that can be read back.",
        exit_codes=(
            5,
            6,
        ),
    ),
    "unreadable-font": error("A font that the theme names cannot be read.", exit_codes=(5,)),
    "unreadable-handout": error("A handout broke the program that reads it back.", exit_codes=(6,), hint="build it anew"),
    "unreadable-image": error("WeasyPrint cannot read an image.", exit_codes=(5,)),
    "unreadable-pdf": error(
        "A file is not a PDF that can be read back.",
        exit_codes=(
            5,
            6,
        ),
    ),
    "unsafe-name": error(
        "An article's name is none for every file system, or is not what it looks like.",
        exit_codes=(3,),
        hint="handouts are named after it: give it another name",
    ),
    "unsupported-image": error("EPUB has no images of that type.", exit_codes=(5,)),
    "watch": error(
        "Changes cannot be watched: watchfiles is not installed, or the system's limit is reached.",
        exit_codes=(
            2,
            8,
        ),
    ),
    "worker-died": error(
        "The process that made a handout, or read one back, ended in the middle of it.",
        exit_codes=(5, 6, 8),
    ),
}
