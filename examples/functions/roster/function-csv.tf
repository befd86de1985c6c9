# People from a CSV file are checked in the same way. An empty cell is like a missing key.
locals {
  from_csv = provider::modelprime::roster(jsonencode({
    people = [for row in csvdecode(file("${path.module}/people.csv")) : {
      name  = row.name
      email = row.email
      roles = split(" ", row.roles)
      until = row.until
    }]
  }))
}

output "people_from_csv" {
  value = { for email, person in local.from_csv.people : email => person.name }
}
