package client

import (
	"context"
	"net/http"
	"net/url"

	"wegweiser/shared/personalize"
)

// Opened is GET /v1/o/{token}. As the image that it fetches, it tells nothing.
func (c *Client) Opened(ctx context.Context, token string, fetch personalize.Fetch) {
	if answer, err := c.fetch(ctx, "/v1/o/"+url.PathEscape(token), fetch); err == nil {
		answer.Body.Close()
	}
}

// Clicked is GET /v1/c/{token}; it does not go where the link leads.
func (c *Client) Clicked(ctx context.Context, token string, fetch personalize.Fetch) (string, error) {
	answer, err := c.fetch(ctx, "/v1/c/"+url.PathEscape(token), fetch)
	if err != nil {
		return "", &personalize.Error{Kind: personalize.Unavailable, Code: "unreachable", Message: c.base + " does not answer", Err: err}
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusFound {
		body, err := readAnswer(answer)
		if err != nil {
			return "", &personalize.Error{Kind: personalize.Unavailable, Code: "unreachable", Message: "the answer of " + c.base + " broke off", Err: err}
		}
		return "", refusalOf(answer.StatusCode, answer.Header, body)
	}
	return answer.Header.Get("Location"), nil
}

// fetch gets an address as the program that fetch tells of would.
func (c *Client) fetch(ctx context.Context, path string, fetch personalize.Fetch) (*http.Response, error) {
	method := http.MethodGet
	if fetch.Head {
		method = http.MethodHead
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", fetch.Agent) // empty: none is sent
	if fetch.Prefetch {
		request.Header.Set("Sec-Purpose", "prefetch")
	}
	if fetch.GPC {
		request.Header.Set("Sec-GPC", "1")
	}
	staying := *c.http
	staying.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return staying.Do(request)
}
