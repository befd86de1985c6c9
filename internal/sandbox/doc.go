// Package sandbox is a Model-Prime organization in memory: an http.Handler
// that answers the nine operations below BasePath by the API's rules. It has
// methods for changes outside Terraform (people accept, leave, change their
// address), for latency, rate limit and faults, and a log of requests and e-mails.
//
//	s := sandbox.New(sandbox.Options{})
//	srv := httptest.NewServer(s)
//	// … invite ada@example.com through srv.URL + sandbox.BasePath …
//	id, err := s.Accept("ada@example.com")
//
// It is strict: it refuses an unknown path, field or query parameter, and a
// request with the wrong content type.
//
// # The state as a file
//
// Snapshot writes the state as JSON and Load reads it. All keys are
// optional, so a seed with members has the same format:
//
//	{
//	  "members": [
//	    {"email": "ada@example.com", "name": "Ada Servo", "roles": ["admin"]},
//	    {"id": "google-oauth2|117200000000000000001",
//	     "email": "kai@example.com", "name": "Kai Gripper", "roles": ["analyst"]}
//	  ]
//	}
//
// The other keys are "organization" (id, name, short_name, created_at,
// updated_at; default: Example Robotics), "owner" (the ID of the member who
// owns the token), "token", "emails" (sent e-mails; an invitation that is
// neither answered nor ignored can still be accepted) and "former_ids" (IDs of
// former members, which are not used again). A member without an ID gets one of
// the form auth0|…. Without "owner", the robot of DefaultEmail is a member
// and owns the token. An unknown key is an error.
package sandbox
