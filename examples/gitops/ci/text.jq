# Text from elsewhere (a name, an address, a role, an error) that must stay text wherever it is shown.

# A runner hides secrets in its log, and nowhere else. An error of a backend may hold the address of a database with its password.
def hidden: reduce ([env.MODELPRIME_TOKEN, env.PG_CONN_STR][] | select(. // "" != "")) as $secret (.; split($secret) | join("***"));

# inert replaces what steers a terminal, a log or the direction of writing, line ends included.
def inert: tostring | hidden | gsub("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]"; "�");

# short cuts one text of somebody's, and not what stands beside it: an address may be as long.
def short: hidden | if length > 254 then .[:254] + "…" else . end;

# code is a text in HTML. GitHub looks for no mention, link or emoji in code.
def code: inert | "<code>\(@html)</code>";

# lines splits a text into inert lines.
def lines: if . == "" then . else split("\n")[] | inert end;

# in_log makes lines for a log. GitHub's runner takes commands from lines that begin with "::", blanks aside, and from "##[" anywhere.
def in_log: lines | "| " + gsub("##\\["; "## [");

# in_block makes lines of an indented block, in which Markdown means nothing.
def in_block: lines | "    " + .;

# without_html is the text of a line of HTML. It may be shown where HTML means nothing.
def without_html:
  gsub("<[^>]*>"; " ") | gsub("&lt;"; "<") | gsub("&gt;"; ">") | gsub("&quot;"; "\"") | gsub("&#39;"; "'") | gsub("&amp;"; "&");
