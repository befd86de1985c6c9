# Makes text from the roster or the API (a name, an address, a role, an error) safe to show.

# hidden masks secrets. A runner masks them only in its log, and a backend's error may hold a database address with a password.
def hidden: reduce ([env.MODELPRIME_TOKEN, env.PG_CONN_STR][] | select(. // "" != "")) as $secret (.; split($secret) | join("***"));

# inert replaces control characters, direction marks and line ends.
def inert: tostring | hidden | gsub("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]"; "�");

# short cuts a text at 254 characters, the longest valid address.
def short: hidden | if length > 254 then .[:254] + "…" else . end;

# code is a text as HTML code. GitHub makes no mentions, links or emoji from code.
def code: inert | "<code>\(@html)</code>";

# lines splits a text into inert lines.
def lines: if . == "" then . else split("\n")[] | inert end;

# in_log makes lines for a log. GitHub's runner executes commands in lines that start with "::" after blanks, and "##[" anywhere.
def in_log: lines | "| " + gsub("##\\["; "## [");

# in_block makes lines of an indented block, in which Markdown has no effect.
def in_block: lines | "    " + .;

# without_html is the text of a line of HTML. Show it only where HTML has no effect.
def without_html:
  gsub("<[^>]*>"; " ") | gsub("&lt;"; "<") | gsub("&gt;"; ">") | gsub("&quot;"; "\"") | gsub("&#39;"; "'") | gsub("&amp;"; "&");
