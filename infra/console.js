// Runs at CloudFront before each request for a file: a bucket knows no index
// of a folder. It answers as the one-machine program does.
function handler(event) {
	var request = event.request;
	if (request.uri === '/' || request.uri === '/console') {
		return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: '/console/' } } };
	}
	if (request.uri === '/console/') {
		request.uri = '/console/index.html';
	}
	return request;
}
