# What cannot be read off the roster needs a block for one merge. Take the comments off, put the people in, and delete the
# block again once it was applied.

# Somebody has given themselves another address in Model-Prime: change it in the roster, and say that it is the same person.
# Nobody is removed or e-mailed. Before they have done that, the new address is a stranger's: the plan would replace them.
#
# moved {
#   from = modelprime_membership.this["leila.farahani@example.com"]
#   to   = modelprime_membership.this["leila.farahani-holm@example.com"]
# }

# Somebody is a member already: add them to the roster, and take them over. Nobody is e-mailed.
#
# import {
#   to = modelprime_membership.this["yuki.tanabe@example.com"]
#   id = "yuki.tanabe@example.com"
# }

# The roster is to be managed elsewhere: delete what is in main.tf below the provider, adopt.tf, audit.tf and outputs.tf, and
# take this block's comments off. Everybody stays a member.
#
# removed {
#   from = modelprime_membership.this
#
#   lifecycle {
#     destroy = false
#   }
# }
