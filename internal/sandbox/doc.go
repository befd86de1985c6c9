// Package sandbox is a Model-Prime organization in memory: an http.Handler
// that answers the nine operations below BasePath by the API's own rules, with
// a world outside of it (people accept, leave, change their address), knobs
// for latency, rate limit and faults, and a log of requests and e-mails.
//
//	s := sandbox.New(sandbox.Options{})
//	srv := httptest.NewServer(s)
//	// … invite ada@example.com through srv.URL + sandbox.BasePath …
//	id, err := s.Accept("ada@example.com")
//
// It is strict where a client could be sloppy: an unknown path, field or query
// parameter is refused, and so is a request with the wrong content type.
//
// # The state as a file
//
// Snapshot writes the state as JSON and Load reads it. Everything in it is
// optional, so the same format seeds an organization with people:
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
// updated_at; what is missing is that of Example Robotics), "owner" (the id of the member who owns the token), "token",
// "emails" (what was sent, invitations answered, ignored and neither; the
// last can still be accepted) and "former_ids" (ids of people who
// left, never given to anyone else). A member without an id gets one of the
// form auth0|…. When "owner" is missing, the robot of DefaultEmail is a member
// and owns the token. An unknown key is an error.
package sandbox
