curl -X GET http://localhost:7860/login
