package gateway

import (
	"net/http"
	"strings"
)

// expectedSnapshot reads what a publish replaces: If-Match with the live
// snapshot in quotes or, before the first publish, If-None-Match: *.
func expectedSnapshot(request http.Header) (string, *Problem) {
	if request.Get("If-None-Match") == "*" {
		return "", nil
	}
	id, there, ok := matched(request)
	switch {
	case !there:
		return "", problem(http.StatusPreconditionRequired, "precondition_required",
			`say which snapshot this one replaces: If-Match: "<live snapshot>", which GET /v1/config/snapshots names`)
	case !ok:
		return "", problem(http.StatusBadRequest, "bad_precondition", `If-Match must be one snapshot in quotes: If-Match: "s_…"`)
	}
	return id, nil
}

// expectedRow reads what an edit replaces: If-Match with the version of the
// row in quotes or, for nothing, If-None-Match: *.
func expectedRow(request http.Header) (string, *Problem) {
	switch none := request.Get("If-None-Match"); {
	case none == "":
		return matchedRow(request)
	case none != "*" || request.Get("If-Match") != "":
		return "", problem(http.StatusBadRequest, "bad_precondition", `send either If-Match: "<version>" to change the row, or If-None-Match: * to create it`)
	}
	return "", nil
}

// matchedRow reads the version that a row must have. What means no one version
// to the use cases is none here.
func matchedRow(request http.Header) (string, *Problem) {
	version, there, ok := matched(request)
	switch {
	case !there:
		return "", problem(http.StatusPreconditionRequired, "precondition_required",
			`say which version you change: If-Match: "<version>", the ETag of the row; for a new row, PUT with If-None-Match: *`)
	case !ok || version == "" || version == "*":
		return "", problem(http.StatusBadRequest, "bad_precondition", `If-Match must be one version in quotes, the ETag of the row: If-Match: "<version>"`)
	}
	return version, nil
}

// matched reads an If-Match of one strong tag.
func matched(request http.Header) (tag string, there, ok bool) {
	match := strings.TrimSpace(request.Get("If-Match"))
	tag = strings.Trim(match, `"`)
	return tag, match != "", match == `"`+tag+`"` && !strings.ContainsAny(tag, `",`)
}

func setETag(answer http.Header, version string) {
	if version != "" {
		answer.Set("ETag", `"`+version+`"`)
	}
}
